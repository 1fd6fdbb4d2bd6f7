package import KeywardBase
import Synchronization

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
/// - Transactions are applied one after another, in the order of their positions, and only what is on disk is applied.
/// - Whoever keeps the index of a key beyond one hold looks whether the key is still there.
package final class KeyRegistry: Sendable {
    private let state: Mutex<RegistryState>
    private let phrases: ReplyPhrases
    private let clock: @Sendable () -> Int64
    /// Held by the long read that holds the registry or is next: a verification waits for one of them, however many there
    /// are.
    private let longRead = Mutex<Void>(())

    /// How many keys are changed under one hold of the lock: verifications go on in between.
    private static let keysAtOnce = 32

    /// - Parameter clock: nanoseconds since some moment, by which long reads are cut into short holds.
    package init(
        ledger: any UsageLedger = UsageMemory(), renderer: ReplyRenderer, clock: @escaping @Sendable () -> Int64 = { 0 }
    ) {
        state = Mutex(RegistryState(ledger: ledger, renderer: renderer))
        phrases = renderer.phrases
        self.clock = clock
    }

    /// Runs `body` on the keys, alone.
    private func change<R, E: Error>(_ body: (inout RegistryState) throws(E) -> sending R) throws(E) -> sending R {
        try state.withLock(body)
    }

    // MARK: Verifications

    /// What a run of verifications has come to, beside the replies.
    package struct Answered: Sendable {
        /// How many presented what is no key, and how many a key that is not there.
        package var (malformed, notFound) = (0, 0)
        /// Whether first uses of successors wait to be stored.
        package var hasFirstUses = false

        package init() {}
    }

    /// Decides verifications, counts the uses, and appends the replies in their order.
    ///
    /// - Parameters:
    ///   - places: which of `batch`.
    ///   - isFirst: whether none of `batch` was answered yet: then what all of them will read is fetched first.
    ///   - uid: the account of the peer that sent them.
    ///   - bytes: what the requests came in.
    package func answer(
        _ places: Range<Int>, of batch: inout VerificationBatch, isFirst: Bool, from uid: UInt32, at now: Instant,
        in bytes: Span<UInt8>, into output: inout ByteBuffer
    ) -> Answered {
        var answered = Answered()
        change { state in
            if isFirst, batch.count > 1 { batch.prefetch(from: state.table) }
            for place in places {
                let index = batch.find(place, in: state.table)
                let verdict: Verdict
                if let index {
                    let filter = batch.filter(place, in: bytes, state.workspaces)
                    verdict = state.verify(index, by: uid, at: now, in: filter, requiring: batch.scopes(place))
                } else {
                    verdict = Verdict(code: batch.isKey(place) ? .notFound : .malformed)
                    state.count(verdict.code)
                }
                if verdict.code == .notFound { answered.notFound += 1 }
                if verdict.code == .malformed { answered.malformed += 1 }
                state.write(verdict, of: index, id: bytes.extracting(batch.id(place)), phrases, to: &output)
            }
            answered.hasFirstUses = !state.firstUses.isEmpty
        }
        return answered
    }

    /// How verifications ended since the start.
    package var tally: VerificationTally { read { $0.tally } }

    // MARK: Reading

    /// Reads under one hold of the lock. `body` takes a short time, whatever there is.
    func read<R, E: Error>(_ body: (borrowing RegistryState) throws(E) -> sending R) throws(E) -> sending R {
        try change { (state) throws(E) in try body(state) }
    }

    /// How many keys are live, as far as is on record.
    package var liveCount: Int { read { $0.liveCount } }

    /// How many keys there are, ended ones too.
    package var count: Int { read { $0.table.count } }

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
                read { state in
                    budget.begin()
                    return step(state, &budget)
                }
            }
            if !isMore { return true }
        }
        return false
    }

    /// Looks at every key that is there, for a short time under each lock. Whether it saw all: `goesOn` is asked
    /// between two.
    ///
    /// - Parameter work: what a visit costs, as ``HoldBudget`` counts.
    @discardableResult
    func forEachKey(
        costing work: Int = 1, while goesOn: () -> Bool = { true },
        _ visit: (borrowing RegistryState, KeyTable.Index) -> Void
    ) -> Bool {
        let together = max(1, Self.keysAtOnce / work)
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

    // MARK: Changes

    /// Gives keys that are about to be stored together the places where their usage is counted.
    func allocatePlaces(for group: inout [Changes]) { change { $0.allocatePlaces(for: &group) } }

    /// Takes back the places of keys that were not stored.
    func releasePlaces(of group: [Changes]) { change { $0.releasePlaces(of: group) } }

    /// Puts a transaction in force that is on disk. One of many keys is put some keys at a time: it is a sweep's, whose
    /// keys have nothing to do with each other.
    ///
    /// - Parameters:
    ///   - workspaces: what they allow from now on; `nil` if that is as it was.
    ///   - settle: called under the last hold, when all of it is in force.
    func apply(
        _ changes: Changes, workspaces: [RegisteredWorkspace]? = nil,
        settle: (borrowing RegistryState) -> Void = { _ in }
    ) {
        change { state in
            if let workspaces { state.setWorkspaces(workspaces) }
            changes.keys.prefix(Self.keysAtOnce).forEach { state.put($0) }
        }
        for slice in changes.keys.dropFirst(Self.keysAtOnce).slices(of: Self.keysAtOnce) {
            change { state in slice.forEach { state.put($0) } }
        }
        for slice in changes.purged.slices(of: Self.keysAtOnce) {
            change { state in slice.forEach { state.remove(number: $0) } }
        }
        change { state in
            state.forgetFirstUses(of: changes.keys.lazy.filter { $0.origin?.firstUsedAt != nil }.map(\.number))
            settle(state)
        }
    }

    /// These first uses have left nothing to store.
    func forgetFirstUses(of keys: some Sequence<Int64>) { change { $0.forgetFirstUses(of: keys) } }

    /// Goes by what the workspaces allow, and by the policy of the sweeps. Whether that differs, so that keys are due at
    /// other times.
    @discardableResult
    package func adopt(_ workspaces: [RegisteredWorkspace], _ policy: SweepPolicy) -> Bool {
        let isOther = change { state in
            state.setWorkspaces(workspaces)
            return state.adopt(policy)
        }
        if isOther { inSteps { $0.reschedule(from: $1, atMost: Self.keysAtOnce) } }
        return isOther
    }

    /// Sets anew when keys are due that a sweep had nothing to do with at `now`.
    func postpone(_ entries: [DueIndex.Entry], _ sweep: Sweep, at now: Instant) {
        for slice in entries.slices(of: Self.keysAtOnce) {
            change { $0.postpone(slice, sweep, at: now) }
        }
    }

    /// Has no use be later than `now`, and derives again what keys have of each other and of their usage.
    func setUsageBack(to now: Instant) {
        inSteps { $0.setUsageBack(to: now, from: $1, atMost: Self.keysAtOnce) }
    }

    /// Sets what was stored of hours that may still grow.
    func restore(_ hours: [HourUsage]) { change { $0.restore(hours) } }

    /// Calls `body` with an index, and under one hold of the lock, as long as it says that there is more behind the keys
    /// from there on.
    private func inSteps(_ body: (inout RegistryState, KeyTable.Index) -> Bool) {
        var next = 0
        while change({ body(&$0, next) }) { next += Self.keysAtOnce }
    }

    // MARK: Storing usage

    /// How many keys have usage that is not stored.
    package var unstoredCount: Int { read { $0.usage.dirtyCount } }

    /// How many keys' usage is to be stored in the second that begins; to be asked once in each.
    func shareOfSecond() -> Int { change { $0.shareOfSecond() } }

    /// Takes the usage of the next keys to be stored, at most `limit`, and as many finished hours, and all refusals.
    package func takeUsage(limit: Int, at now: Instant) -> UsageFlush {
        var flush = UsageFlush(mark: now)
        // A few keys under each hold of the lock: verifications go on in between.
        var remaining = limit
        repeat {
            let slice = min(remaining, 2 * Self.keysAtOnce)
            let taken = change { $0.takeUsage(limit: slice, at: now) }
            flush.totals += taken.totals
            flush.hours += taken.hours
            flush.peers += taken.peers
            remaining = taken.hours.isEmpty ? 0 : remaining - slice
        } while remaining > 0
        flush.refusals = change { $0.takeRefusals() }
        return flush
    }

    /// What was taken last is stored. Whether nothing more waits to be stored.
    func noteUsageStored() -> Bool {
        change { state in
            state.noteUsageStored()
            return state.usage.isAllTaken
        }
    }

    /// Takes back what could not be stored.
    package func giveBack(_ flush: UsageFlush) { change { $0.giveBack(flush) } }

    // MARK: A start

    /// Loads all keys, as `visitAll` visits them. There is nobody else to have the registry yet.
    ///
    /// - Returns: the places of the keys that were given another one for their usage than their rows name.
    package func load<E: Error>(
        _ count: Int, _ hours: [HourUsage] = [], _ refusals: [RefusalHour] = [],
        _ visitAll: ((StoredKey) -> Void) throws(E) -> Void
    ) throws(E) -> [KeyLedgerSlot] {
        try change { (state) throws(E) in
            var load = KeyLoad()
            state.reserve(count)
            try visitAll { state.load($0, &load) }
            let replaced = state.completeLoad(load)
            state.restore(hours)
            state.restore(refusals)
            return replaced
        }
    }
}

extension Collection where Index == Int {
    /// Its elements in order, so many at a time.
    func slices(of length: Int) -> some Sequence<SubSequence> {
        stride(from: startIndex, to: endIndex, by: length).lazy.map { self[$0..<Swift.min($0 + length, endIndex)] }
    }
}
