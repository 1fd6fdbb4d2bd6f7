internal import KeywardClient

/// The pages of a list, put together.
enum KeyPages {
    /// `default · plan standard · 4 keys`, and what the plan's notice says.
    static func heading(
        _ workspace: String, _ access: Access, _ count: Int, _ isFiltered: Bool, _ palette: Palette
    ) -> String {
        let keys = isFiltered ? "\(Count.of(count, "key")) match\(count == 1 ? "es" : "")" : Count.of(count, "key")
        var parts = [
            palette.paint(workspace.printable, .strong), palette.paint("plan \(access.plan.printable)", .faint),
        ]
        if let notice = access.notice {
            parts.append(palette.paint(notice.printable, .notice))
        }
        if access.apiAccess || count > 0 { parts.append(palette.paint(keys, .faint)) }
        return parts.joined(separator: " · ") + "\n"
    }

    /// One page as it came; of several, all their keys in one object of the same form.
    static func merged(_ pages: [JSONText]) throws -> JSONText {
        guard pages.count > 1 else { return pages[0] }
        let parts = try pages.map { try JSONCoding.decode(Page.self, from: Array($0.text.utf8)) }
        let whole = Page(
            keys: parts.flatMap(\.keys), nextCursor: parts.last?.nextCursor, access: parts[0].access)
        return JSONText(try JSONCoding.string(of: whole, nulls: true))
    }

    /// A page whose contents are kept as they came.
    private struct Page: Codable {
        var keys: [JSONText]
        var nextCursor: String?
        var access: JSONText
    }
}
