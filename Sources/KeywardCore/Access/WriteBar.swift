/// Why changes are refused although the store is writable.
package enum WriteBar: Hashable, Sendable {
    /// There are audit entries, but the end of their chain that is stored outside the database is missing.
    case headMissing
    /// The same, but the stored end cannot be read.
    case headDamaged
    /// The path of an open file names another file now.
    case moved(StateFile)

    /// The bar of a start: entries without a stored end. A truncated trail could not be detected.
    package static func ofStart(entries: Int64, kept: KeptEnd) -> WriteBar? {
        guard entries > 0 else { return nil }
        return switch kept {
        case .found: nil
        case .missing: .headMissing
        case .damaged: .headDamaged
        }
    }
}

/// What the daemon has open, and others may move.
package enum StateFile: String, CaseIterable, Sendable {
    case folder = "state folder"
    case database = "keyward.db"
    case log = "keyward.db-wal"
    case auditHead = "audit-head"
    case lock = "lock"
}
