/// The due time of each key for each sweep.
///
/// A sweep must not examine every key to find the few that are due. So each sweep has a heap of keys, by due time.
/// `ExpirySweep`, `StaleSweep` and `RetentionSweep` compute it from the record, the usage and the policy. A change of a
/// key sets its instants again. A use does not: it only makes a key due later, and the sweep finds that out.
///
/// Invariants:
/// - The due time of a key here is never later than its record requires.
/// - A due key stays in the schedule until the action is in force, or until the sweep has found nothing to do.
struct DueSchedule {
    private var expiry = DueIndex()
    private var stale = DueIndex()
    private var retention = DueIndex()
    private(set) var policy = SweepPolicy()

    // MARK: Reading

    /// When a sweep has something to do next; `nil` if nothing is scheduled.
    func next(_ sweep: Sweep) -> Instant? { self[sweep].next() }

    /// Every key that is due at `now`, in no order; see ``DueIndex/all(at:)``.
    func due(_ sweep: Sweep, at now: Instant) -> [DueIndex.Entry] { self[sweep].all(at: now) }

    /// Whether the key of `entry` still has the same due time.
    func isStillDue(_ entry: DueIndex.Entry, _ sweep: Sweep) -> Bool {
        self[sweep].instant(of: entry.index) == entry.at
    }

    /// When a sweep has something to do with a key.
    func instant(_ sweep: Sweep, _ key: some KeyTerms, _ facts: StatusFacts) -> Instant {
        switch sweep {
        case .expiry: ExpirySweep.due(key, facts, policy)
        case .stale: StaleSweep.due(key, facts, policy)
        case .retention: RetentionSweep.due(key, facts, policy)
        }
    }

    // MARK: Changing

    /// Reserves capacity for `count` keys.
    mutating func reserve(_ count: Int) {
        for sweep in Sweep.allCases { self[sweep].reserve(count) }
    }

    /// Adds a loaded key; ``order()`` must follow when all are added.
    mutating func note(_ index: KeyTable.Index, _ key: some KeyTerms, _ facts: StatusFacts) {
        for sweep in Sweep.allCases { self[sweep].note(index, at: instant(sweep, key, facts)) }
    }

    /// Orders the added keys.
    mutating func order() {
        for sweep in Sweep.allCases { self[sweep].order() }
    }

    /// Sets the due times of the key at `index`.
    mutating func set(_ index: KeyTable.Index, _ key: some KeyTerms, _ facts: StatusFacts) {
        for sweep in Sweep.allCases { self[sweep].set(index, to: instant(sweep, key, facts)) }
    }

    /// Sets the key at `index` to never due.
    mutating func remove(_ index: KeyTable.Index) {
        for sweep in Sweep.allCases { self[sweep].set(index, to: .distantFuture) }
    }

    /// Adopts another policy; whether it differs. Then ``set(_:_:_:)`` must be called for every key.
    mutating func adopt(_ policy: SweepPolicy) -> Bool {
        defer { self.policy = policy }
        return self.policy != policy
    }

    /// Sets the next due time of a key without an action at `now`; some time later if that is `now`.
    mutating func postpone(
        _ index: KeyTable.Index, _ sweep: Sweep, _ key: KeyRecord, _ facts: StatusFacts, at now: Instant
    ) {
        let due = instant(sweep, key, facts)
        self[sweep].set(index, to: due <= now ? retry(sweep, key, facts, at: now) : due)
    }

    private func retry(_ sweep: Sweep, _ key: KeyRecord, _ facts: StatusFacts, at now: Instant) -> Instant {
        guard sweep == .stale else { return now + .days(1) }
        return max(now + .hours(1), StaleSweep.retry(key, facts, policy, at: now))
    }

    private subscript(sweep: Sweep) -> DueIndex {
        get {
            switch sweep {
            case .expiry: expiry
            case .stale: stale
            case .retention: retention
            }
        }
        _modify {
            switch sweep {
            case .expiry: yield &expiry
            case .stale: yield &stale
            case .retention: yield &retention
            }
        }
    }
}
