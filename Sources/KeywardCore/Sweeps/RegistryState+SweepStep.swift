extension RegistryState {
    /// The action of a sweep on the key at `index` at `now`; `purged` keys are about to be deleted.
    ///
    /// - Parameter noted: the instant of the ends that it causes; `now` if it is not given.
    func step(
        _ sweep: Sweep, at index: KeyTable.Index, now: Instant, noted: Instant? = nil, by daemon: Actor,
        purged: Set<Int64> = []
    ) -> SweepStep {
        guard let key = records[index] else { return SweepStep() }
        return step(sweep, of: key, at: index, now: now, noted: noted, by: daemon, purged: purged)
    }

    /// The action on the key at `index` if its record were `key`.
    func step(
        _ sweep: Sweep, of key: KeyRecord, at index: KeyTable.Index, now: Instant, noted: Instant? = nil,
        by daemon: Actor, purged: Set<Int64> = []
    ) -> SweepStep {
        let (facts, policy) = (table[index].facts, schedule.policy)
        switch sweep {
        case .expiry: return ExpirySweep.step(key, facts, policy, at: now)
        case .stale:
            let around = StaleSweep.Surroundings(
                isInRotation: openRotation(at: index, now: now) != nil,
                isSuspended: !context(ofWorkspace: key.workspace).apiAccess, daemon: daemon, now: noted ?? now)
            return StaleSweep.step(key, facts, policy, around, at: now)
        case .retention:
            let predecessor = key.origin.flatMap { record(number: $0.predecessor) }
            let isNeeded = predecessor.map { $0.successor == key.number && !purged.contains($0.number) } ?? false
            return RetentionSweep.step(key, facts, policy, isNeeded: isNeeded, at: now)
        }
    }
}
