/// The usage counts of the keys, and the part that waits to be stored.
///
/// Uses are counted in memory, but a kill must not lose one that was answered. So the counts are in a ledger: a file
/// that is mapped into memory and outlives the process (`UsageSlots`). `HotKey` counts there, and `FinishedHours` holds
/// hours that have ended. `DirtyKeys` has the keys with usage to store, `FlushCycle` the number to store each second.
/// `Refusals` are counted separately, by hour, code and account.
///
/// Invariants:
/// - A count that grew is marked as not stored, or is taken to be stored.
/// - Usage that could not be stored is returned before anything is taken again.
struct UsageCounters: ~Copyable {
    private var slots: UsageSlots
    private var dirty = DirtyKeys()
    private var cycle = FlushCycle()
    private var finished = FinishedHours()
    private var refusals = Refusals()

    init(_ ledger: any UsageLedger) {
        slots = UsageSlots(ledger)
    }

    // MARK: Counting

    /// Counts a valid use of the key at `index`.
    mutating func countValid(_ index: KeyTable.Index, by uid: UInt32, at now: Instant, in table: inout KeyTable) {
        var closed: HourUsage?
        table[index].countValid(by: uid, at: now) { closed = $0 }
        if let closed { finished.append(closed) }
        markDirty(index, in: &table)
    }

    /// Counts a refusal of the key at `index`.
    mutating func countRefusal(
        _ code: Verdict.Code, _ index: KeyTable.Index, by uid: UInt32, at now: Instant, in table: inout KeyTable
    ) {
        var closed: HourUsage?
        table[index].countRefused(at: now) { closed = $0 }
        refusals.count(code, ofKey: table[index].number, by: uid, at: now)
        if let closed { finished.append(closed) }
        markDirty(index, in: &table)
    }

    private mutating func markDirty(_ index: KeyTable.Index, in table: inout KeyTable) {
        guard !table[index].isDirty else { return }
        table[index].isDirty = true
        dirty.insert(index)
    }

    // MARK: Ledger slots

    /// Opens the slots for `count` keys.
    mutating func reserve(_ count: Int, _ population: PagePopulation?) { slots.reserve(count, population) }

    /// Allocates a slot for a key that is about to be stored.
    mutating func allocate() -> LedgerSlot { slots.allocate() }

    /// Releases the slot of a key that was deleted, or was never stored.
    mutating func release(_ place: LedgerSlot) { slots.release(place) }

    /// Opens the slot of the key at `index`, unless it is open.
    mutating func open(_ place: LedgerSlot?, at index: KeyTable.Index, in table: inout KeyTable) {
        guard table[index].usage == nil, let place else { return }
        table[index].usage = slots.open(place, for: table[index].number)
    }

    /// Opens the slot that a loaded key's row names; false if another key's row names it too.
    mutating func reopen(_ place: LedgerSlot, at index: KeyTable.Index, in table: inout KeyTable) -> Bool {
        table[index].usage = slots.reopen(place, for: table[index].number)
        return table[index].usage != nil
    }

    /// Every key is loaded: slots that no row names are free.
    mutating func completeLoad() { slots.completeLoad() }

    // MARK: Restoring

    /// Restores the stored usage of the key at `index`. Higher counts in its slot are marked to be stored.
    mutating func restore(
        _ usage: UsageTotals, _ peers: [PeerShare], at index: KeyTable.Index, in table: inout KeyTable
    ) {
        if table[index].restore(usage, peers: peers) { markDirty(index, in: &table) }
    }

    /// Restores stored last refusals, the earliest first.
    mutating func restore(_ stored: [RefusalHour]) { refusals.restore(stored) }

    /// Removes a deleted key.
    mutating func forget(_ index: KeyTable.Index, number: Int64) {
        dirty.remove(index)
        finished.forget(key: number)
        refusals.forget(key: number)
    }

    /// Sets uses of the key at `index` that are later than `now` to `now`.
    mutating func setBack(_ index: KeyTable.Index, to now: Instant, in table: inout KeyTable) {
        if table[index].setUsageBack(to: now) { markDirty(index, in: &table) }
    }

    /// Removes finished hours that are later than `now`.
    mutating func forgetHours(after now: Instant) { finished.forget(after: now.hour) }

    // MARK: Storing

    /// How many keys have usage that is not stored.
    var dirtyCount: Int { dirty.count }

    /// Whether no usage waits to be stored.
    var isAllTaken: Bool { dirty.count == 0 && finished.isEmpty && refusals.isEmpty }

    /// The instant up to which all usage is stored; `nil` before the first flush cycle has ended.
    var storedAsOf: Instant? { cycle.storedAsOf }

    /// The number of completed flush cycles.
    var cycles: Int { cycle.count }

    /// How many keys' usage to store in the second that begins.
    mutating func shareOfSecond() -> Int {
        cycle.share(keys: dirty.count, ahead: dirty.ahead, hours: finished.count)
    }

    /// Takes the usage of the next keys (at most `limit`), and as many finished hours, to store them.
    mutating func take(limit: Int, at now: Instant, from table: inout KeyTable) -> UsageFlush {
        var flush = UsageFlush(mark: now)
        cycle.begin(at: now)
        flush.hours = finished.take(atMost: limit)
        while true {
            if dirty.ahead == 0 {
                cycle.end(at: now, keysAreLeft: dirty.count > 0, hoursAreLeft: !finished.isEmpty)
                dirty.beginCycle()
            }
            guard flush.totals.count < limit, let index = dirty.takeNext() else { return flush }
            Self.take(index, into: &flush, at: now, from: &table)
        }
    }

    private static func take(
        _ index: KeyTable.Index, into flush: inout UsageFlush, at now: Instant, from table: inout KeyTable
    ) {
        // An event loop may have read the clock before it was set back, and counted with that time.
        if table[index].lastUsedAt > now + .seconds(60) { _ = table[index].setUsageBack(to: now) }
        table[index].isDirty = false
        flush.totals.append(table[index].totals)
        table[index].takeDirtyPeers(into: &flush.peers)
        flush.hours.append(table[index].openHour)
    }

    /// Takes the refusals to store.
    mutating func takeRefusals() -> [RefusalHour] { refusals.take() }

    /// The usage that was taken last is stored.
    mutating func noteStored() { cycle.noteStored() }

    /// Accepts usage that could not be stored: it is due again, and is taken next.
    ///
    /// Open hours are taken again with their keys. The others are older than any that ended meanwhile, so they go
    /// first: of two totals of one hour the later one counts.
    mutating func giveBack(_ flush: UsageFlush, _ names: borrowing KeyNames, to table: inout KeyTable) {
        var over: [HourUsage] = []
        for hour in flush.hours {
            if let index = names.index(ofNumber: hour.key), table[index].hour != hour.hour { over.append(hour) }
        }
        finished.putBack(over)
        var first = KeyTable.Index.max
        for totals in flush.totals {
            guard let index = names.index(ofNumber: totals.key) else { continue }
            markDirty(index, in: &table)
            table[index].markPeersDirty()
            first = min(first, index)
        }
        dirty.rewind(to: first)
        refusals.giveBack(flush.refusals)
        cycle.noteReturned()
    }

    // MARK: Reading

    /// The hours of a key that are not stored, or only in part.
    func unstoredHours(of key: HotKey) -> [HourUsage] { finished.hours(ofKey: key.number) + [key.openHour] }

    /// The refusals of a key that are not stored.
    func unstoredRefusals(ofKey number: Int64) -> [RefusalHour] { refusals.hours(ofKey: number) }

    func lastRefusal(ofKey number: Int64) -> LastRefusal? { refusals[key: number] }
}
