public import Synchronization

/// The whole table of keys in memory, live and terminal: what verifications, lists and decisions read.
///
/// One lock, held for the lines of one read at most and never across I/O. SQLite is its durable truth; a change is
/// stored first, then put here, then acknowledged, so that the next verification sees it.
@usableFromInline package final class KeyRing: Sendable {
    @usableFromInline let state: Mutex<RingState>

    package init(ledger: any UsageLedger = UsageMemory(), renderer: ReplyRenderer) {
        state = Mutex(RingState(ledger: ledger, renderer: renderer))
    }

    /// Runs `body` on the ring's state, alone.
    @inlinable package func withState<R, E: Error>(
        _ body: (inout RingState) throws(E) -> sending R
    ) throws(E) -> sending R {
        try state.withLock(body)
    }

    /// Looks at every key that is there, some under one lock, so that verifications go on beside it.
    package func forEachKey(atOnce count: Int = 1_000, _ visit: (borrowing RingState, KeyTable.Index) -> Void) {
        var next = 0
        repeat {
            next = withState { state in
                let end = min(next + count, state.table.endIndex)
                for index in next..<max(next, end) where state.table[index].isPresent { visit(state, index) }
                return end < state.table.endIndex ? end : 0
            }
        } while next > 0
    }
}
