/// The action of a sweep on one key now.
struct SweepStep {
    /// The key after it; `nil` if the key does not change.
    var record: KeyRecord?
    var isPurge = false
    /// Whether it ends the key, permanently or until it is enabled.
    var isEnd = false
    /// Whether it is a predecessor that stays valid after its wait because it is used.
    var isHeld = false
    var notes: [(action: AuditNote.Action, details: AuditDetails)] = []

    var changesAnything: Bool { record != nil || isPurge }
}

extension KeyRecord {
    /// The details of a key in every entry of a sweep, so that readers of the journal need no look-up.
    var sweepDetails: AuditDetails {
        AuditDetails().adding("name", .text(name)).adding("prefix", .text(prefix))
            .adding("owner", attributes.owner?.shownName.map { .text($0) })
    }
}
