import KeywardCore

extension Application {
    /// Makes a change for the peer of a connection. `ended` is called once, with the facts that were gathered for it.
    func makeChange<Op: Operation>(
        _ operation: Op, by peer: PeerCredentials,
        ended: @escaping @Sendable (Result<Op.Outcome, Refusal>, DecisionFacts) -> Void
    ) {
        changes.make(operation, by: peer, isOpen: { [self] in takesChanges }, ended: ended)
    }

    /// Gathers facts that a reply names, as far as they come in time; then calls `ended`.
    func lookUp(
        _ questions: Set<FactQuestion>, into facts: DecisionFacts, for user: UInt32,
        ended: @escaping @Sendable () -> Void
    ) {
        changes.lookUp(questions, into: facts, for: user, ended: ended)
    }
}
