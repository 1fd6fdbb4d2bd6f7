package import KeywardBase
import Synchronization

/// All keys in memory, live and ended. Verifications, lists and decisions read them.
///
/// A verification must not wait for the disk, and must see every acknowledged change. So every key is here, even an
/// ended one: a revoked key is answered as revoked, not as unknown. SQLite stores the same keys durably. A change is
/// written there first, then applied here, then acknowledged. A start loads all keys; nothing is read back later.
///
/// A key has three parts, which do not move while the key exists. A `HotKey` has its digest and the facts of its
/// status. A `KeyText` has the parts of its replies and the rest of its record. A `UsageSlot` is in the ledger.
/// `KeyTable` finds a key by its digest, `KeyNames` by its number, id, prefix and name.
///
/// One lock guards all of this. Invariants:
/// - It is never held across I/O, and no other lock is taken under it.
/// - A verification holds it for the lines of one read. A long read holds it many times, each for a short time
///   (``HoldBudget``), and sees each key as of then.
/// - Transactions are applied one after another, in the order of their positions, and only when they are on disk.
/// - Code that keeps the index of a key after a hold checks whether the key still exists.
package final class KeyRegistry: Sendable {
    private let state: Mutex<RegistryState>
    /// The formats of the imported keys.
    package let imports: ImportedFormats
    private let phrases: ReplyPhrases
    private let appendDetails: ReplyRenderer.Details
    private let allowanceLedger: any UsageLedger
    private let clock: @Sendable () -> Int64
    /// Held by the long read that holds the registry or is next: a verification waits for one of them at most.
    private let longRead = Mutex<Void>(())

    /// How many keys are changed under one hold of the lock: verifications run in between.
    private static let keysAtOnce = 32
    /// The largest number of credits in one flush.
    private static let creditsAtOnce = 250

    /// - Parameters:
    ///   - clock: nanoseconds since some moment; it divides long reads into short holds.
    ///   - bootTime: milliseconds on the boot-time clock, for windows of limits.
    package init(
        ledger: any UsageLedger = UsageMemory(), allowanceLedger: any UsageLedger = UsageMemory(),
        renderer: ReplyRenderer, clock: @escaping @Sendable () -> Int64 = { 0 },
        bootTime: @escaping @Sendable () -> Int64 = { 0 }
    ) {
        let imports = ImportCounts()
        self.imports = imports.formats
        state = Mutex(
            RegistryState(
                ledger: ledger, allowanceLedger: allowanceLedger, imports, renderer: renderer, bootTime: bootTime))
        phrases = renderer.phrases
        appendDetails = renderer.details
        self.allowanceLedger = allowanceLedger
        self.clock = clock
    }

    /// Runs `body` on the keys, alone.
    private func change<R, E: Error>(_ body: (inout RegistryState) throws(E) -> sending R) throws(E) -> sending R {
        try state.withLock(body)
    }

    // MARK: Verifications

    /// The results of a group of verifications, apart from the replies.
    package struct Answered: Sendable {
        /// The numbers of presented texts that are not keys, and of unknown keys.
        package var (malformed, notFound) = (0, 0)
        /// Whether first uses of successors wait to be stored.
        package var hasFirstUses = false
        /// Whether an entry about a canary is due.
        package var hasCanaryUses = false

        package init() {}
    }

    /// Decides verifications, counts the uses, and appends the replies in order.
    ///
    /// - Parameters:
    ///   - places: the range within `batch`. With the first one, the memory that all of the batch needs is prefetched.
    ///   - peer: the process that sent them.
    ///   - seesClosed: whether the peer may verify the keys of closed workspaces without being a verifier.
    ///   - bytes: the bytes of the requests.
    package func answer(
        _ places: Range<Int>, of batch: inout VerificationBatch, from peer: PeerCredentials, seesClosed: Bool = false,
        at now: Instant, in bytes: Span<UInt8>, into output: inout ByteBuffer
    ) -> Answered {
        var answered = Answered()
        change { state in
            state.bootClock.beginRead()
            if places.lowerBound == 0, batch.count > 1 { batch.prefetch(from: state.table, state.allowances) }
            let isRestricted = !seesClosed && !state.closed.isEmpty
            let standard = isRestricted ? state.closed.standard(for: peer) : nil
            let mayRenew = batch.hasRetiredPeppers
            for place in places {
                var index = batch.find(place, in: state.table)
                if let key = index, isRestricted || state.table[key].isCanary,
                    state.hides(
                        key, from: peer, batch.demand(place), isRestricted: isRestricted, at: now, &answered)
                {
                    index = nil
                }
                let verdict: Verdict
                if let index {
                    let filter = batch.filter(place, in: bytes, state.workspaces, standard)
                    verdict = state.verify(index, by: peer.uid, at: now, in: filter, batch.demand(place))
                    if mayRenew, verdict.code == .valid { state.noteRenewal(place, of: batch, at: index) }
                } else {
                    verdict = Verdict(code: batch.codeIfUnknown(place))
                    state.count(verdict.code)
                }
                if verdict.code == .notFound { answered.notFound += 1 }
                if verdict.code == .malformed { answered.malformed += 1 }
                state.write(verdict, of: index, id: bytes.extracting(batch.id(place)), phrases, to: &output)
                if verdict.hasDetails { appendDetails(&state.details, &output) }
            }
            answered.hasFirstUses = !state.firstUses.isEmpty
        }
        return answered
    }

    /// Verifications since the start, by outcome.
    package var tally: VerificationTally { read { $0.tally } }

    // MARK: Reading

    /// Reads under one hold of the lock. `body` must be short, however many keys there are.
    func read<R, E: Error>(_ body: (borrowing RegistryState) throws(E) -> sending R) throws(E) -> sending R {
        try change { (state) throws(E) in try body(state) }
    }

    /// The number of live keys, according to their records.
    package var liveCount: Int { read { $0.liveCount } }

    /// Reads in several short holds of the lock, so that verifications run in between.
    ///
    /// `step` does a part under one hold, asks the budget when to stop, and returns whether there is more. `goesOn` is
    /// asked between holds. Returns whether everything was done.
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

    /// Visits every key, for a short time under each hold. `goesOn` is asked between two. Returns whether all were
    /// visited.
    ///
    /// - Parameter work: the cost of a visit, in the unit of ``HoldBudget``.
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

    /// Allocates ledger slots for keys that are about to be stored together.
    func allocatePlaces(for group: inout [Changes]) { change { $0.allocatePlaces(for: &group) } }

    /// Releases the slots of keys that were not stored.
    func releasePlaces(of group: [Changes]) { change { $0.releasePlaces(of: group) } }

    /// Applies a transaction that is on disk. The many keys of a sweep are independent, so they are applied in parts.
    ///
    /// - Parameters:
    ///   - workspaces: all of them as of now; `nil` if they are unchanged.
    ///   - settle: called under the last hold, when everything is applied.
    func apply(
        _ changes: Changes, workspaces: [RegisteredWorkspace]? = nil,
        settle: (borrowing RegistryState) -> Void = { _ in }
    ) {
        change { state in
            if let workspaces { state.setWorkspaces(workspaces) }
            changes.allowances.forEach { state.put($0) }
            changes.keys.prefix(Self.keysAtOnce).forEach { state.put($0) }
        }
        for slice in changes.keys.dropFirst(Self.keysAtOnce).slices(of: Self.keysAtOnce) {
            change { state in slice.forEach { state.put($0) } }
        }
        for slice in changes.purged.slices(of: Self.keysAtOnce) {
            change { state in slice.forEach { state.remove(number: $0) } }
        }
        change { state in
            changes.endedAllowances.forEach { state.remove(allowance: $0) }
            state.forgetFirstUses(of: changes.keys.lazy.filter { $0.origin?.firstUsedAt != nil }.map(\.number))
            settle(state)
        }
    }

    /// The trail has an entry about these uses of canaries.
    func noteStored(_ uses: [CanaryUse], at now: Instant) { change { $0.noteStored(uses, at: now) } }

    /// The first notices about balances have been stored.
    func forgetNotices(_ count: Int) { change { $0.forgetNotices(count) } }

    /// Removes digests that have left nothing to store.
    func forgetRenewals(of keys: some Sequence<Int64>) { change { $0.forgetRenewals(of: keys) } }

    /// Removes first uses that have left nothing to store.
    func forgetFirstUses(of keys: some Sequence<Int64>) { change { $0.forgetFirstUses(of: keys) } }

    /// Adopts the workspaces and a policy. Whether that of the sweeps differs, so that keys are due at other times.
    @discardableResult
    package func adopt(_ workspaces: [RegisteredWorkspace], _ policy: Policy) -> Bool {
        let isOther = change { state in
            state.setWorkspaces(workspaces)
            state.keepAddresses(policy.keepsLastAddresses)
            return state.adopt(policy.sweeps)
        }
        if isOther { inSteps { $0.reschedule(from: $1, atMost: Self.keysAtOnce) } }
        prepareBlocks()
        return isOther
    }

    /// Sets the verifiers whose names mean other accounts than when they were granted.
    package func setVoidVerifiers(_ principals: Set<Principal>) { change { $0.setVoidVerifiers(principals) } }

    /// Opens memory for what keys will count that follow a plan, so that their first uses do not wait for the system.
    private func prepareBlocks() {
        while let segment = read({ $0.segmentToPrepare }) {
            _ = allowanceLedger.segment(segment)
            change { $0.addSegment(segment) }
        }
    }

    /// Computes the next due time of keys for which a sweep had nothing to do at `now`.
    func postpone(_ entries: [DueIndex.Entry], _ sweep: Sweep, at now: Instant) {
        for slice in entries.slices(of: Self.keysAtOnce) {
            change { $0.postpone(slice, sweep, at: now) }
        }
    }

    /// Sets uses later than `now` to `now`, and derives the facts of the keys again.
    func setUsageBack(to now: Instant) {
        inSteps { $0.setUsageBack(to: now, from: $1, atMost: Self.keysAtOnce) }
    }

    /// Restores the stored counts of hours that may still grow.
    func restore(_ hours: [HourUsage]) { change { $0.restore(hours) } }

    /// Calls `body` with an index, each time under one hold of the lock, while it returns that more keys follow.
    private func inSteps(_ body: (inout RegistryState, KeyTable.Index) -> Bool) {
        var next = 0
        while change({ body(&$0, next) }) { next += Self.keysAtOnce }
    }

    // MARK: Storing usage

    /// How many keys have usage that is not stored.
    package var unstoredCount: Int { read { $0.usage.dirtyCount } }

    /// How many keys' usage to store in the second that begins; to be called once in each.
    func shareOfSecond() -> Int {
        prepareBlocks()
        return change { $0.shareOfSecond() }
    }

    /// Takes the usage of the next keys (at most `limit`), as many finished hours, and all refusals, to store them.
    package func takeUsage(limit: Int, at now: Instant) -> UsageFlush {
        var flush = UsageFlush(mark: now)
        // A few keys under each hold of the lock: verifications run in between.
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
        flush.credits = change { $0.takeCredits(limit: Self.creditsAtOnce) }
        return flush
    }

    /// The usage that was taken last is stored. Whether nothing more waits to be stored.
    func noteUsageStored() -> Bool {
        change { state in
            state.noteUsageStored()
            return state.usage.isAllTaken && state.allowances.isAllTaken
        }
    }

    /// Accepts usage that could not be stored.
    package func giveBack(_ flush: UsageFlush) { change { $0.giveBack(flush) } }

    // MARK: A start

    /// Loads the stored allowances, before the keys. Returns those that got another block of the ledger.
    package func load(_ allowances: [AllowanceRecord]) -> [AllowanceRecord] { change { $0.load(allowances) } }

    /// Loads all keys, as `visitAll` visits them. No other thread has the registry yet.
    ///
    /// - Returns: the slots of keys whose rows named none, or another key's.
    package func load<E: Error>(
        _ count: Int, _ hours: [HourUsage] = [], _ refusals: [RefusalHour] = [],
        _ visitAll: ((StoredKey) -> Void) throws(E) -> Void
    ) throws(E) -> [KeyLedgerSlot] {
        try change { (state) throws(E) in
            var load = KeyLoad()
            state.reserve(count)
            try visitAll { state.load($0, &load) }
            let replaced = state.completeLoad(load)
            state.adoptFollowers()
            state.restore(hours)
            state.restore(refusals)
            return replaced
        }
    }
}

extension Collection where Index == Int {
    /// The elements in order, in slices of at most `length`.
    func slices(of length: Int) -> some Sequence<SubSequence> {
        stride(from: startIndex, to: endIndex, by: length).lazy.map { self[$0..<Swift.min($0 + length, endIndex)] }
    }
}
