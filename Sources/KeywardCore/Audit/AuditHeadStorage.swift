/// The storage of the chain's end contains something else.
package struct AuditHeadDamaged: Error, Hashable, Sendable {
    package init() {}
}

/// Stores the chain's end outside the database, so that a truncated tail is detected.
package protocol AuditHeadStorage: Sendable {
    /// The last stored end, ``AuditHead/start`` before the first entry; `nil` if it is missing.
    ///
    /// - Throws: ``AuditHeadDamaged``, or the reason why it cannot be read.
    func read() throws -> AuditHead?
    /// Replaces the stored end with `head`.
    func write(_ head: AuditHead) throws
}

extension AuditHeadStorage {
    /// The stored end. An unreadable end does not prove that nothing was cut.
    var keptEnd: KeptEnd { (try? readEnd()) ?? .damaged }

    /// - Throws: the reason why it cannot be read.
    func readEnd() throws -> KeptEnd {
        do {
            return try read().map { .found($0) } ?? .missing
        } catch is AuditHeadDamaged {
            return .damaged
        }
    }
}

/// The content of the storage of the chain's end.
package enum KeptEnd: Hashable, Sendable {
    case found(AuditHead)
    case missing
    case damaged
}
