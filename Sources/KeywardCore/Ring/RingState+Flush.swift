extension RingState {
    /// How many keys have usage that is not stored yet.
    package var dirtyCount: Int { dirty.count }

    mutating func markDirty(_ index: KeyTable.Index) {
        guard !table[index].isDirty else { return }
        table[index].isDirty = true
        dirty.append(index)
    }

    /// Takes the usage of at most `limit` keys to be stored.
    package mutating func takeFlush(limit: Int, at now: Instant) -> UsageFlush {
        var flush = UsageFlush(mark: now)
        flush.hours = closedHours
        closedHours.removeAll(keepingCapacity: true)
        for _ in 0..<min(limit, dirty.count) {
            let index = dirty.removeLast()
            table[index].isDirty = false
            flush.totals.append(table[index].totals)
            table[index].takeDirtyPeers(into: &flush.peers)
            let hot = table[index]
            flush.hours.append(
                HourUsage(key: hot.number, hour: hot.hour, valid: hot.hourValid, refused: hot.hourRefused))
        }
        return flush
    }

    /// Takes back what could not be stored: it is due again.
    ///
    /// Hours that are still open come anew with their keys. The others are older than any that were closed meanwhile,
    /// so they go first: of two totals of one hour the later one counts.
    package mutating func returnFlush(_ flush: UsageFlush) {
        let over = flush.hours.filter { hour in
            index(ofNumber: hour.key).map { table[$0].hour != hour.hour } ?? false
        }
        closedHours = over + closedHours
        for totals in flush.totals {
            guard let index = index(ofNumber: totals.key) else { continue }
            markDirty(index)
            table[index].markPeersDirty()
        }
    }
}
