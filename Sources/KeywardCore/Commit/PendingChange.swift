import Synchronization

/// The outcome of a change.
package enum ChangeAnswer<Outcome: Sendable>: Sendable {
    /// It is on disk and in force.
    case done(Outcome)
    /// Nothing was changed.
    case refused(Refusal)
    /// Nothing was changed: the caller must ask again with these facts.
    case needs(Set<FactQuestion>)
}

/// A change of any operation, from its arrival until it is answered.
protocol PendingChange: AnyObject, Sendable {
    /// Decides the change, and seals its entries after those of `writer`. `nil` if there is nothing to write: then the
    /// answer is known.
    func decide(by basis: DecisionBasis, after writer: Transaction.Writer) -> Transaction?

    /// Its transaction is on disk and in force.
    func settle(in state: borrowing RegistryState)

    /// Its transaction is not on disk, or it never had one.
    func refuse(_ refusal: Refusal)

    /// Passes the answer on. Call it once, without a lock.
    func notify()
}

/// A change of one kind of operation, with its answer.
final class PendingOperation<Op: Operation>: PendingChange {
    private struct State: Sendable {
        var decided: (value: Op.Decided, at: Instant)?
        var answer: ChangeAnswer<Op.Outcome>?
    }

    private let operation: Op
    private let changeCaller: ChangeCaller
    private let clock: @Sendable () -> Instant
    private let facts: DecisionFacts
    private let notified: @Sendable (ChangeAnswer<Op.Outcome>) -> Void
    private let state = Mutex(State())

    init(
        _ operation: Op, by changeCaller: ChangeCaller, at clock: @escaping @Sendable () -> Instant,
        facts: DecisionFacts,
        notified: @escaping @Sendable (ChangeAnswer<Op.Outcome>) -> Void = { _ in }
    ) {
        self.operation = operation
        self.changeCaller = changeCaller
        self.clock = clock
        self.facts = facts
        self.notified = notified
    }

    /// `nil` until it is known.
    var answer: ChangeAnswer<Op.Outcome>? { state.withLock { $0.answer } }

    func decide(by basis: DecisionBasis, after writer: Transaction.Writer) -> Transaction? {
        let now = operation.setsClockBack ? clock() : max(clock(), writer.latest)
        var decision = Decision(basis, for: changeCaller, facts, at: now, after: writer)
        do throws(Refusal) {
            try basis.requireNoBar(passingTrailBar: operation.passesTrailBar)
            let decided = try operation.decide(&decision)
            decision.endAllowances()
            guard isInformed() else { return nil }
            guard decision.transaction.changesAnything else {
                let outcome = basis.registry.read { operation.outcome(decided, in: $0, at: now) }
                conclude(.done(outcome))
                return nil
            }
            decision.transaction.seal(by: decision.caller.actor, at: now)
            state.withLock { $0.decided = (decided, now) }
            return decision.transaction
        } catch {
            if isInformed() { conclude(.refused(error)) }
            return nil
        }
    }

    /// Whether the decision had all the facts that it asked for. If not, the missing questions are the answer.
    private func isInformed() -> Bool {
        let missing = facts.takeMissing()
        if !missing.isEmpty { conclude(.needs(missing)) }
        return missing.isEmpty
    }

    func settle(in registry: borrowing RegistryState) {
        guard let decided = state.withLock({ $0.decided }) else { return }
        conclude(.done(operation.outcome(decided.value, in: registry, at: decided.at)))
    }

    func refuse(_ refusal: Refusal) { conclude(.refused(refusal)) }

    private func conclude(_ answer: ChangeAnswer<Op.Outcome>) { state.withLock { $0.answer = answer } }

    func notify() {
        if let answer { notified(answer) }
    }
}
