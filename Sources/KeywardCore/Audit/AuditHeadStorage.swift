/// What keeps the chain's end has something in it that is no end.
package struct AuditHeadDamaged: Error, Hashable, Sendable {
    package init() {}
}

/// Keeps the chain's end outside the database, so that a cut tail is found.
package protocol AuditHeadStorage: Sendable {
    /// The end that was kept last, ``AuditHead/start`` before the first entry; `nil` if there is none any more.
    ///
    /// - Throws: ``AuditHeadDamaged``, or why it cannot be read.
    func read() throws -> AuditHead?
    /// Keeps `head` in place of the one before.
    func write(_ head: AuditHead) throws
}

extension AuditHeadStorage {
    /// What is kept. What cannot be read does not show that nothing was cut.
    var keptEnd: KeptEnd { (try? readEnd()) ?? .damaged }

    /// - Throws: why it cannot be read.
    func readEnd() throws -> KeptEnd {
        do {
            return try read().map { .found($0) } ?? .missing
        } catch is AuditHeadDamaged {
            return .damaged
        }
    }
}

/// What was found where the chain's end is kept.
package enum KeptEnd: Hashable, Sendable {
    case found(AuditHead)
    case missing
    case damaged
}
