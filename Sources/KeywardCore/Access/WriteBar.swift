/// Why no change is made although the store could take it.
package enum WriteBar: Hashable, Sendable {
    /// There are audit entries, and the end of their chain that is kept outside the database is missing.
    case headMissing
    /// The same, and what is kept there cannot be read.
    case headDamaged
    /// A file that is open is not what its path names any more.
    case moved(StateFile)

    /// What a start has to refuse changes for: entries without an end that was kept. A cut end could not be told.
    package static func ofStart(entries: Int64, kept: KeptEnd) -> WriteBar? {
        guard entries > 0 else { return nil }
        return switch kept {
        case .found: nil
        case .missing: .headMissing
        case .damaged: .headDamaged
        }
    }
}

/// What the daemon has open, and others may move away under it.
package enum StateFile: String, CaseIterable, Sendable {
    case folder = "state folder"
    case database = "keyward.db"
    case log = "keyward.db-wal"
    case auditHead = "audit-head"
    case lock = "lock"
}
