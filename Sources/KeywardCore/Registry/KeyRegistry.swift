public import Synchronization

/// All keys in memory, live and ended: what verifications, lists and decisions read.
///
/// A verification must not wait for the disk, and must see a change that was acknowledged. So every key is here, the
/// ended ones too: a revoked key is answered as revoked, not as unknown. SQLite holds the same keys durably. A change is
/// written there first, then put here, then acknowledged. A start loads all of it; nothing is read back later.
///
/// A key has three pieces, none of which moves while the key is there: a `HotKey` with its digest and the facts of its
/// status, a `KeyText` with the parts of its replies and the rest of its record, and a `UsageSlot` in the ledger.
/// `KeyTable` finds a key by its digest, `KeyNames` by its number, id, prefix and name.
///
/// One lock guards all of this. What must hold:
/// - It is never held across I/O, and no other lock is taken under it.
/// - A verification holds it for the lines of one read. A long read holds it for a short time (``HoldBudget``), again
///   and again, and sees each key as of then.
/// - Only the commit thread puts and removes keys, in the order in which they were written.
/// - Whoever keeps the index of a key beyond one hold looks whether the key is still there.
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
