/// When each sweep has something to do with which key.
///
/// A sweep must not look at every key to find the few that are due. So each key is in a heap for each sweep, by the
/// instant at which its record, its use and the policy give the sweep something to do (`ExpirySweep`, `StaleSweep`,
/// `RetentionSweep` say which). A change of a key sets its instants anew; a use does not: it only makes a key due later,
/// which the sweep finds when it looks.
///
/// What must hold:
/// - A key is never due later here than its record says.
/// - What is due stays in the schedule until what is to be done is in force, or until the sweep has found nothing to do.
struct DueSchedule {
    private var expiry = DueIndex()
    private var stale = DueIndex()
    private var retention = DueIndex()
    private(set) var policy = SweepPolicy()

    // MARK: Reading

    /// When a sweep has something to do next; `nil` if nothing is foreseen.
    func next(_ sweep: Sweep) -> Instant? { self[sweep].next() }

    /// Every key that is due at `now`, in no order; only what is due is looked at.
    func due(_ sweep: Sweep, at now: Instant) -> [DueIndex.Entry] { self[sweep].all(at: now) }

    /// Whether the key of `entry` is due when it was.
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

    /// Makes room for `count` keys.
    mutating func reserve(_ count: Int) {
        for sweep in Sweep.allCases { self[sweep].reserve(count) }
    }

    /// Notes a key that is loaded; ``order()`` must follow when all are noted.
    mutating func note(_ index: KeyTable.Index, _ key: some KeyTerms, _ facts: StatusFacts) {
        for sweep in Sweep.allCases { self[sweep].note(index, at: instant(sweep, key, facts)) }
    }

    /// Puts what was noted in order.
    mutating func order() {
        for sweep in Sweep.allCases { self[sweep].order() }
    }

    /// Sets when the key at `index` is due.
    mutating func set(_ index: KeyTable.Index, _ key: some KeyTerms, _ facts: StatusFacts) {
        for sweep in Sweep.allCases { self[sweep].set(index, to: instant(sweep, key, facts)) }
    }

    /// Has the key at `index` never be due.
    mutating func remove(_ index: KeyTable.Index) {
        for sweep in Sweep.allCases { self[sweep].set(index, to: .distantFuture) }
    }

    /// Goes by another policy; whether it differs. Every key is to be ``set(_:_:_:)`` anew then.
    mutating func adopt(_ policy: SweepPolicy) -> Bool {
        defer { self.policy = policy }
        return self.policy != policy
    }

    /// Sets anew when a key is due that there was nothing to do with at `now`; some time later if that is now.
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
