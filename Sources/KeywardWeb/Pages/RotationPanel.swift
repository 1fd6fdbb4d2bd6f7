internal import KeywardClient
internal import KeywardDisplay

/// The two keys of a rotation; an end that was deleted is `nil`.
struct RotationEnds: Sendable {
    var rotation: Key.Rotation
    var old: Key?
    var new: Key?

    /// Whether the rotation is still open: the old key is retiring, or both wait.
    var isOpen: Bool {
        guard let old, let new else { return false }
        return !old.status.isEnded && !new.status.isEnded
    }
}

/// Where a rotation stands: the recommended handoff, step by step.
struct RotationPanel: Sendable {
    let layout: Layout
    let key: Key
    let ends: RotationEnds
    let now: Timestamp

    var html: HTML {
        ends.isOpen ? open : closed
    }

    /// What an open page shows in place of its panel.
    var update: HTML {
        ends.isOpen ? content : closed
    }

    /// Differs when the panel says something else, apart from the time that has passed.
    var mark: String {
        let instants = [ends.rotation.firstUsedAt, ends.rotation.graceEndsAt].map { $0?.milliseconds ?? 0 }
        return "\(instants[0])-\(instants[1])-\(ends.isOpen)"
    }

    private var open: HTML {
        """
        <section class="card rotation" data-panel="\(layout.paths.rotation(of: key.id))" data-mark="\(mark)">
        \(content)
        </section>
        """
    }

    private var content: HTML {
        let owner = ends.new?.owner
        let isUsed = ends.rotation.firstUsedAt != nil
        let use: HTML =
            ends.rotation.firstUsedAt.map { "The new key was first used \(Parts.exactTime($0, now: now))." }
            ?? "The new key has not been used yet."
        let delivery: HTML =
            isUsed ? "The new key was delivered." : "Deliver the new key through your approved secure process."
        let (delivered, confirmed): (HTML, HTML) = isUsed ? ("done", "now") : ("now", .empty)
        return """
            <h2>Rotation in progress</h2>
            <ol class="steps">
            <li class="done">Rotated \(Parts.exactTime(ends.rotation.startedAt, now: now)). \(pair) \(grace)</li>
            <li class="\(delivered)">\(delivery)</li>
            <li class="\(isUsed ? "done" : .empty)">\(use)</li>
            <li class="\(confirmed)">Ask the technical owner\(OwnerText.inSentence(owner)) to confirm that the update is \
            complete.</li>
            </ol>
            <p class="buttons">\(buttons)</p>
            """
    }

    private var pair: HTML {
        guard let old = ends.old, let new = ends.new else { return .empty }
        return "\(link(new)) replaces \(link(old))."
    }

    private func link(_ other: Key) -> HTML {
        other.id == key.id
            ? "<code>\(other.prefix)</code> (this key)"
            : "<a href=\"\(layout.paths.key(other.id))\"><code>\(other.prefix)</code></a>"
    }

    private var grace: HTML {
        guard let end = ends.rotation.graceEndsAt else {
            return "The old key keeps working for a while after the first use of the new key."
        }
        return "The old key keeps working until \(Parts.exactTime(end, now: now))."
    }

    private var buttons: HTML {
        guard !layout.settings.isReadOnly else { return .empty }
        let style: HTML = ends.rotation.firstUsedAt == nil ? .empty : " primary"
        let confirm: HTML? =
            key.actions.contains(.confirm)
            ? "<a class=\"button\(style)\" href=\"\(layout.paths.action("confirm", on: key.id))\">Confirm the rotation</a>"
            : nil
        let cancel: HTML? =
            key.actions.contains(.cancel)
            ? " <a class=\"button\" href=\"\(layout.paths.action("cancel", on: key.id))\">Cancel the rotation</a>" : nil
        return "\(confirm)\(cancel)"
    }

    private var closed: HTML {
        let isOld = ends.rotation.predecessor == key.id
        let other = isOld ? ends.new : ends.old
        guard let other else { return .empty }
        let relation: HTML = isOld ? "was replaced by" : "replaced"
        return "<p class=\"relation\">This key \(relation) \(link(other)), which is \(other.status.rawValue).</p>"
    }
}
