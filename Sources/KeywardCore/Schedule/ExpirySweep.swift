/// Records ends, once each, and gives notice of them some days before, once each.
///
/// It never stops a key: every verification checks the facts itself.
enum ExpirySweep {
    /// When there is something to record about a key.
    static func due(_ key: some KeyTerms, _ facts: StatusFacts, _ policy: SweepPolicy) -> Instant {
        guard key.revokedAt == nil else { return .distantFuture }
        let end = facts.end
        if key.sweepMarks.contains(mark(of: end.status)) { return .distantFuture }
        guard let expiry = key.expiresAt,
            let days = policy.noticeDays.lazy.filter({ isPending(notice: $0, of: key) }).max()
        else { return end.at }
        return min(end.at, expiry - .days(days))
    }

    static func step(
        _ key: KeyRecord, _ facts: StatusFacts, _ policy: SweepPolicy, at now: Instant
    ) -> SweepStep {
        guard key.revocation == nil, !key.sweepMarks.contains(mark(of: facts.end.status)) else { return SweepStep() }
        if now >= facts.end.at { return noteEnd(of: key, facts) }
        if key.successor != nil { return SweepStep(isHeld: now >= facts.graceWaitsUntil) }
        return giveNotice(of: key, policy, at: now)
    }

    private static func noteEnd(of key: KeyRecord, _ facts: StatusFacts) -> SweepStep {
        let end = facts.end
        var record = key
        record.sweepMarks.insert(mark(of: end.status))
        // From now on the end is a fact of the key itself, whatever happens to its successor.
        if end.status == .superseded { record.graceEndsAt = record.graceEndsAt ?? end.at }
        let action: AuditNote.Action = end.status == .superseded ? .rotationGraceEnded : .keyExpired
        return SweepStep(record: record, notes: [(action, key.sweepDetails.adding("endedAt", .instant(end.at)))])
    }

    /// If several notices are due at once, only the most urgent is given.
    private static func giveNotice(of key: KeyRecord, _ policy: SweepPolicy, at now: Instant) -> SweepStep {
        let passed = pendingNotices(of: key, policy).filter { $0.at <= now }
        guard let urgent = passed.min(by: { $0.days < $1.days }), let end = key.expiresAt else { return SweepStep() }
        var record = key
        record.sweepMarks.noticedDays = urgent.days
        let details = key.sweepDetails.adding("days", .number(Int64(urgent.days)))
            .adding("expiresAt", .instant(end))
        return SweepStep(record: record, notes: [(.keyExpiring, details)])
    }

    /// The notices still to be given. A replaced key needs none, and no notice is given whose period is as
    /// long as the key's lifetime or longer.
    private static func pendingNotices(of key: KeyRecord, _ policy: SweepPolicy) -> [(at: Instant, days: Int)] {
        guard let end = key.expiresAt else { return [] }
        return policy.noticeDays.filter { isPending(notice: $0, of: key) }.map { (end - .days($0), $0) }
    }

    private static func isPending(notice days: Int, of key: some KeyTerms) -> Bool {
        let sweepMarks = key.sweepMarks.noticedDays
        return key.successor == nil && (sweepMarks == 0 || days < sweepMarks)
            && key.lifetime.map { $0 > .days(days) } ?? true
    }

    private static func mark(of end: KeyStatus) -> SweepMarks { end == .superseded ? .graceEnded : .expired }
}

extension SweepMarks {
    /// The days before the end of the last notice, 1 to ``SweepPolicy/longestNotice``; 0 if there was none. Stored in
    /// the seven bits above the hours of ``warnedHour``.
    var noticedDays: Int {
        get { rawValue >> 56 & 0x7F }
        set { rawValue = rawValue & ~(0x7F << 56) | (newValue & 0x7F) << 56 }
    }
}
