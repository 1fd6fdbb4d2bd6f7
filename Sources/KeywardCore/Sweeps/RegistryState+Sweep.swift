extension RegistryState {
    /// How many keys are live, as far as is on record.
    package var liveCount: Int { table.count - overCount }

    /// When a sweep has something to do with the key at `index`.
    func due(_ sweep: Sweep, at index: KeyTable.Index) -> Instant {
        guard let key = records[index] else { return .distantFuture }
        return due(sweep, key, table[index].facts)
    }

    func due(_ sweep: Sweep, _ key: some KeyTerms, _ facts: StatusFacts) -> Instant {
        switch sweep {
        case .expiry: ExpirySweep.due(key, facts, sweepPolicy)
        case .stale: StaleSweep.due(key, facts, sweepPolicy)
        case .retention: RetentionSweep.due(key, facts, sweepPolicy)
        }
    }

    private func retry(_ sweep: Sweep, at index: KeyTable.Index, now: Instant) -> Instant {
        guard sweep == .stale, let key = records[index] else { return now + .days(1) }
        return max(now + .hours(1), StaleSweep.retry(key, table[index].facts, sweepPolicy, at: now))
    }

    /// What a sweep would do with the key at `index` if it is `now`; `purged` keys are about to be forgotten.
    ///
    /// - Parameter noted: when it ends what it ends; `now` if it is not given.
    func step(
        _ sweep: Sweep, at index: KeyTable.Index, now: Instant, noted: Instant? = nil, by daemon: Actor,
        purged: Set<Int64> = []
    ) -> SweepStep {
        guard let key = records[index] else { return SweepStep() }
        return step(sweep, of: key, at: index, now: now, noted: noted, by: daemon, purged: purged)
    }

    /// What it would do with the key at `index` if that was as in `key`.
    func step(
        _ sweep: Sweep, of key: KeyRecord, at index: KeyTable.Index, now: Instant, noted: Instant? = nil,
        by daemon: Actor, purged: Set<Int64> = []
    ) -> SweepStep {
        let facts = table[index].facts
        switch sweep {
        case .expiry: return ExpirySweep.step(key, facts, sweepPolicy, at: now)
        case .stale:
            let around = StaleSweep.Surroundings(
                isInRotation: openRotation(at: index, now: now) != nil,
                isSuspended: !context(ofWorkspace: key.workspace).apiAccess, daemon: daemon, now: noted ?? now)
            return StaleSweep.step(key, facts, sweepPolicy, around, at: now)
        case .retention:
            let predecessor = key.origin.flatMap { record(number: $0.predecessor) }
            let isNeeded = predecessor.map { $0.successor == key.number && !purged.contains($0.number) } ?? false
            return RetentionSweep.step(key, facts, sweepPolicy, isNeeded: isNeeded, at: now)
        }
    }

    /// Notes when the sweeps have something to do with the key at `index`.
    mutating func schedule(_ index: KeyTable.Index) {
        if let key = records[index] {
            schedule(key, at: index)
        } else {
            for sweep in Sweep.allCases { dues[sweep].set(index, to: .distantFuture) }
        }
    }

    /// Notes it for the key at `index`, whose record is `key`.
    mutating func schedule(_ key: KeyRecord, at index: KeyTable.Index) {
        let facts = table[index].facts
        for sweep in Sweep.allCases { dues[sweep].set(index, to: due(sweep, key, facts)) }
    }

    /// Notes it for a key that is loaded; ``DueIndex/order()`` follows when all are there.
    mutating func scheduleLoaded(_ key: some KeyTerms, at index: KeyTable.Index) {
        let facts = table[index].facts
        for sweep in Sweep.allCases { dues[sweep].note(index, at: due(sweep, key, facts)) }
    }

    /// Notes anew when the sweeps have something to do with some of the keys; whether there are more behind them.
    mutating func schedule(from start: KeyTable.Index, atMost count: Int) -> Bool {
        let end = min(start + count, records.count)
        for index in start..<max(start, end) { schedule(index) }
        return end < records.count
    }

    /// Notes anew when keys are due that there was nothing to do with; some time later if that is now.
    mutating func postpone(_ entries: some Sequence<DueIndex.Entry>, _ sweep: Sweep, at now: Instant) {
        for entry in entries where dues[sweep].instant(of: entry.index) == entry.at {
            let due = due(sweep, at: entry.index)
            dues[sweep].set(entry.index, to: due <= now ? retry(sweep, at: entry.index, now: now) : due)
        }
    }
}
