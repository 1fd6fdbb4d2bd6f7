public import Synchronization

/// The whole table of keys in memory, live and terminal: what verifications, lists and decisions read.
///
/// One lock, held for the lines of one read at most and never across I/O. SQLite is its durable truth; a change is
/// stored first, then put here, then acknowledged, so that the next verification sees it.
@usableFromInline package final class KeyRegistry: Sendable {
    @usableFromInline let state: Mutex<RegistryState>
    private let clock: @Sendable () -> Int64
    /// Held by the long read that holds the registry or is next: a verification waits for one of them, however many there
    /// are.
    private let longRead = Mutex<Void>(())

    /// - Parameter clock: nanoseconds since some moment, by which long reads are cut into short holds.
    package init(
        ledger: any UsageLedger = UsageMemory(), renderer: ReplyRenderer, clock: @escaping @Sendable () -> Int64 = { 0 }
    ) {
        state = Mutex(RegistryState(ledger: ledger, renderer: renderer))
        self.clock = clock
    }

    /// Runs `body` on the registry's state, alone.
    @inlinable package func withState<R, E: Error>(
        _ body: (inout RegistryState) throws(E) -> sending R
    ) throws(E) -> sending R {
        try state.withLock(body)
    }

    /// Reads in as many holds of the lock as its time takes, so that verifications go on beside it.
    ///
    /// `step` does a part under one hold, and asks the budget when that is over; whether there is more to do. `goesOn`
    /// is asked between holds. Whether all was done.
    @discardableResult
    func readInSteps(
        while goesOn: () -> Bool = { true }, _ step: (borrowing RegistryState, inout HoldBudget) -> Bool
    ) -> Bool {
        var budget = HoldBudget(clock: clock)
        while goesOn() {
            let isMore = longRead.withLock { _ in
                withState { state in
                    budget.begin()
                    return step(state, &budget)
                }
            }
            if !isMore { return true }
        }
        return false
    }

    private static let keysTogether = 32

    /// Looks at every key that is there, for a short time under each lock. Whether it saw all: `goesOn` is asked
    /// between two.
    ///
    /// - Parameter work: what a visit costs, as ``HoldBudget`` counts.
    @discardableResult
    package func forEachKey(
        costing work: Int = 1, while goesOn: () -> Bool = { true },
        _ visit: (borrowing RegistryState, KeyTable.Index) -> Void
    ) -> Bool {
        let together = max(1, Self.keysTogether / work)
        var next = 0
        return readInSteps(while: goesOn) { state, budget in
            let end = state.table.endIndex
            repeat {
                let keys = next..<max(next, min(next + together, end))
                for index in keys where state.table[index].isPresent { visit(state, index) }
                next += together
            } while next < end && !budget.spend(together * work)
            return next < end
        }
    }
}
