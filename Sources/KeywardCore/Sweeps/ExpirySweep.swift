/// Notes ends, once each, and tells of them 30, 7 and 1 days ahead, once each.
///
/// It never is what stops a key: every verification looks at the facts itself.
enum ExpirySweep {
    private static let notices: [(days: Int, mark: SweepMarks)] = [
        (1, .expiresIn1Day), (7, .expiresIn7Days), (30, .expiresIn30Days),
    ]

    /// When there is something to note of a key.
    static func due(_ key: KeyRecord, _ facts: StatusFacts) -> Instant {
        guard key.revocation == nil else { return .distantFuture }
        let end = facts.end
        if key.told.contains(mark(of: end.status)) { return .distantFuture }
        let notice = pendingNotices(of: key).map(\.at).min() ?? .distantFuture
        return min(end.at, notice)
    }

    static func step(_ key: KeyRecord, _ facts: StatusFacts, at now: Instant) -> SweepStep {
        guard key.revocation == nil, !key.told.contains(mark(of: facts.end.status)) else { return SweepStep() }
        if now >= facts.end.at { return noteEnd(of: key, facts) }
        if key.successor != nil { return SweepStep(isHeld: now >= facts.graceWaitsUntil) }
        return giveNotice(of: key, at: now)
    }

    private static func noteEnd(of key: KeyRecord, _ facts: StatusFacts) -> SweepStep {
        let end = facts.end
        var record = key
        record.told.insert(mark(of: end.status))
        // From now on the end is a fact of the key's own, whatever becomes of its successor.
        if end.status == .superseded { record.graceEndsAt = record.graceEndsAt ?? end.at }
        let action: AuditNote.Action = end.status == .superseded ? .rotationGraceEnded : .keyExpired
        return SweepStep(record: record, notes: [(action, key.sweepDetails.adding("endedAt", .instant(end.at)))])
    }

    /// Of several notices that are due at once, only the most urgent is given.
    private static func giveNotice(of key: KeyRecord, at now: Instant) -> SweepStep {
        let passed = pendingNotices(of: key).filter { $0.at <= now }
        guard let urgent = passed.first, let end = key.expiresAt else { return SweepStep() }
        var record = key
        passed.forEach { record.told.insert($0.mark) }
        let details = key.sweepDetails.adding("days", .number(Int64(urgent.days)))
            .adding("expiresAt", .instant(end))
        return SweepStep(record: record, notes: [(.keyExpiring, details)])
    }

    /// The notices still to be given, the most urgent first. A replaced key needs none, and a life no longer than the
    /// notice was given with it.
    private static func pendingNotices(of key: KeyRecord) -> [(at: Instant, days: Int, mark: SweepMarks)] {
        guard let end = key.expiresAt, key.successor == nil else { return [] }
        let told = notices.first { key.told.contains($0.mark) }?.days ?? .max
        return notices.filter { notice in
            notice.days < told && key.lifetime.map { $0 > .days(notice.days) } ?? true
        }.map { (end - .days($0.days), $0.days, $0.mark) }
    }

    private static func mark(of end: KeyStatus) -> SweepMarks { end == .superseded ? .graceEnded : .expired }
}
