extension RegistryState {
    /// How many keys have usage that is not stored yet.
    package var dirtyCount: Int { dirty.count }

    /// Whether no usage waits to be stored.
    var isAllUsageTaken: Bool { dirty.count == 0 && closedHours.isEmpty && refusals.isEmpty }

    /// As of when all usage is stored; `nil` before the first round has ended.
    package var usageStoredAsOf: Instant? { flushCycle.storedAsOf }

    /// How many rounds of the cursor have ended.
    var flushCycles: Int { flushCycle.count }

    mutating func markDirty(_ index: KeyTable.Index) {
        guard !table[index].isDirty else { return }
        table[index].isDirty = true
        dirty.insert(index)
    }

    /// How many keys' usage is to be stored in the second that begins.
    mutating func shareOfSecond() -> Int {
        flushCycle.share(keys: dirty.count, ahead: dirty.ahead, hours: closedHours.count)
    }

    /// Takes the usage of the next keys to be stored, at most `limit`, and as many finished hours.
    package mutating func takeFlush(limit: Int, at now: Instant) -> UsageFlush {
        var flush = UsageFlush(mark: now)
        flushCycle.begin(at: now)
        flush.hours = closedHours.take(atMost: limit)
        while true {
            if dirty.ahead == 0 {
                flushCycle.end(at: now, keysAreLeft: dirty.count > 0, hoursAreLeft: !closedHours.isEmpty)
                dirty.beginCycle()
            }
            guard flush.totals.count < limit, let index = dirty.takeNext() else { return flush }
            take(index, into: &flush, at: now)
        }
    }

    private mutating func take(_ index: KeyTable.Index, into flush: inout UsageFlush, at now: Instant) {
        // An event loop that had read the clock before it was set back has counted by that.
        if table[index].lastUsedAt > now + .seconds(60) { _ = table[index].setUsageBack(to: now) }
        table[index].isDirty = false
        flush.totals.append(table[index].totals)
        table[index].takeDirtyPeers(into: &flush.peers)
        let hot = table[index]
        flush.hours.append(
            HourUsage(key: hot.number, hour: hot.hour, valid: hot.hourValid, refused: hot.hourRefused))
    }

    /// What was taken last is stored.
    mutating func noteFlush() {
        flushCycle.noteStored()
    }

    /// Takes back what could not be stored: it is due again, and has its turn next.
    ///
    /// Hours that are still open come anew with their keys. The others are older than any that were closed meanwhile,
    /// so they go first: of two totals of one hour the later one counts.
    package mutating func returnFlush(_ flush: UsageFlush) {
        let over = flush.hours.filter { hour in
            index(ofNumber: hour.key).map { table[$0].hour != hour.hour } ?? false
        }
        closedHours.putBack(over)
        var first = KeyTable.Index.max
        for totals in flush.totals {
            guard let index = index(ofNumber: totals.key) else { continue }
            markDirty(index)
            table[index].markPeersDirty()
            first = min(first, index)
        }
        dirty.rewind(to: first)
        flushCycle.noteReturned()
    }
}
