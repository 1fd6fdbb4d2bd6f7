internal import KeywardClient
internal import KeywardDisplay

/// The rows of the table.
struct KeyRows: Sendable {
    let layout: Layout
    let keys: [Key]
    let now: Timestamp

    var html: HTML { keys.map(row).joined() }

    private func row(_ key: Key) -> HTML {
        let style: HTML = key.status.isEnded ? " class=\"ended\"" : .empty
        return """
            <tr role="row" id="\(key.prefix)"\(style)>
            <th scope="row" role="rowheader"><a id="\(key.prefix)-name" href="\(layout.paths.key(key.id))">\(key.name)</a></th>
            <td role="cell"><code>\(key.prefix)</code></td>
            <td role="cell" class="number">\(usageCount(key))</td>
            <td role="cell"><span>\(lastUsed(key))</span></td>
            <td role="cell">\(expiry(key))</td>
            <td role="cell"><span>\(Parts.status(key.status))\(moreFacts(key))</span></td>
            <td role="cell" class="actions">\(actions(key))</td>
            </tr>

            """
    }

    /// All digits on hover, if the number is shortened.
    private func usageCount(_ key: Key) -> HTML {
        let (short, whole) = (CountText.short(key.usageCount), CountText.grouped(key.usageCount))
        return short == whole ? "\(short)" : "<span title=\"\(whole)\">\(short)</span>"
    }

    private func lastUsed(_ key: Key) -> HTML {
        guard let at = key.lastUsedAt else { return "<span class=\"faint\">never</span>" }
        let account: HTML? = key.lastUsedBy.map { " <span class=\"faint\">by \($0.shown.printable)</span>" }
        return "\(Parts.time(at, now: now))\(account)"
    }

    private func expiry(_ key: Key) -> HTML {
        guard let at = key.expiresAt else { return "<span class=\"faint\">never</span>" }
        let style: HTML = key.facts.contains(.expiring) && !key.status.isEnded ? "notice" : .empty
        return "<span class=\"\(style)\">\(Parts.time(at, now: now))</span>"
    }

    /// What also holds, beside the status.
    private func moreFacts(_ key: Key) -> HTML? {
        let facts = key.facts.filter { $0 != key.status && $0 != .unused }
        guard !facts.isEmpty, !key.status.isEnded else { return nil }
        return " <span class=\"faint\">\(facts.map(\.rawValue).joined(separator: ", "))</span>"
    }

    private func actions(_ key: Key) -> HTML {
        // On a phone a dash alone says nothing.
        let none: HTML = "<span class=\"faint dash\">-</span>"
        guard !layout.settings.isReadOnly else { return none }
        let shown: [(Key.Action, String)] = [
            (.rotate, "Rotate"), (.confirm, "Confirm"), (.cancel, "Cancel"), (.enable, "Enable"), (.revoke, "Revoke"),
        ]
        let links = shown.filter { key.actions.contains($0.0) }.map { action, label -> HTML in
            let style: HTML = action == .revoke ? " class=\"danger\"" : .empty
            let address = layout.paths.action(action.rawValue, on: key.id)
            return """
                <a\(style) id="\(key.prefix)-\(action.rawValue)" href="\(address)" \
                aria-label="\(label) \(key.name) \(key.prefix)">\(label)</a>
                """
        }
        return links.isEmpty ? none : links.joined(separator: " ")
    }
}
