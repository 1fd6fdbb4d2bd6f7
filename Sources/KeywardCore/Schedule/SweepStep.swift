/// What a sweep would do with one key now.
struct SweepStep {
    /// The key as it leaves it; `nil` if it changes nothing of it.
    var record: KeyRecord?
    var isPurge = false
    /// Whether it ends the key, for good or until it is enabled.
    var isEnd = false
    /// Whether it is a predecessor that outlives its wait because it is used.
    var isHeld = false
    var notes: [(action: AuditNote.Action, details: AuditDetails)] = []

    var changesAnything: Bool { record != nil || isPurge }
}

extension KeyRecord {
    /// What every entry of a sweep tells of a key, so that the journal can be read without looking it up.
    var sweepDetails: AuditDetails {
        AuditDetails().adding("name", .text(name)).adding("prefix", .text(prefix))
            .adding("owner", attributes.owner?.shownName.map { .text($0) })
    }
}
