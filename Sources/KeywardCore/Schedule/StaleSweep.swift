/// Marks unused keys, once for each period without use, and ends them as the policy requires.
///
/// Nothing is disabled or revoked without a warning 14 days before.
enum StaleSweep {
    static let warning: Instant.Span = .days(14)

    /// Facts beside the key itself that exempt it from the policy.
    struct Surroundings {
        /// It is an end of an open rotation.
        var isInRotation: Bool
        /// Its workspace's plan has no API access, so that it cannot be used.
        var isSuspended: Bool
        /// The daemon, as the actor of a revocation.
        var daemon: Actor
        /// The instant of the ends that it causes.
        var now: Instant
    }

    /// When there is something to do with a key that is not used until then.
    static func due(_ key: some KeyTerms, _ facts: StatusFacts, _ policy: SweepPolicy) -> Instant {
        guard !key.isRecordedAsOver, !key.isCanary else { return .distantFuture }
        let plan = Plan(key, facts, policy)
        return min(plan.policyAt, plan.markAt, plan.nextSpellAt)
    }

    /// When to examine a due key again for which there is nothing to do at `now`.
    static func retry(_ key: KeyRecord, _ facts: StatusFacts, _ policy: SweepPolicy, at now: Instant) -> Instant {
        // Exemptions may change any day; a period without use that begins now is not marked early.
        let policyAt = Plan(key, facts, policy).policyAt
        return policyAt <= now ? now + .days(1) : min(policyAt, now + .days(policy.staleAfterDays))
    }

    static func step(
        _ key: KeyRecord, _ facts: StatusFacts, _ policy: SweepPolicy, _ around: Surroundings, at now: Instant
    ) -> SweepStep {
        guard !key.isRecordedAsOver, !key.isCanary, now < facts.end.at else { return SweepStep() }
        let plan = Plan(key, facts, policy)
        var record = key
        var step = SweepStep()
        let details = key.sweepDetails.adding("lastUsedAt", facts.isUnused ? nil : .instant(facts.lastUsedAt))
        if now >= plan.markAt {
            record.sweepMarks.noteStale(at: now)
            step.notes.append((.keyStale, details))
        }
        if !around.isInRotation, !around.isSuspended {
            if now >= plan.warnAt {
                record.sweepMarks.noteWarning(at: now)
                step.notes.append((.keyStale, details.adding(plan.endsByRevoking, .instant(plan.end(warnedAt: now)))))
            } else if now >= plan.revokeAt {
                record.revocation = KeyRecord.Revocation(at: around.now, by: around.daemon, reason: "stale")
                step.notes.append((.keyRevoked, details.adding("reason", .text("stale"))))
                step.isEnd = true
            } else if now >= plan.disableAt {
                record.disabledAt = around.now
                step.notes.append((.keyDisabled, details.adding("reason", .text("stale"))))
                step.isEnd = true
            }
        }
        if record != key { step.record = record }
        return step
    }

    /// The schedule of a key that is not used.
    private struct Plan {
        var markAt = Instant.distantFuture
        /// For a marked key: the earliest end of another period, if it was used right after the mark. Uses are not
        /// reported here, so that verifications need not do it.
        var nextSpellAt = Instant.distantFuture
        var warnAt = Instant.distantFuture
        var disableAt = Instant.distantFuture
        var revokeAt = Instant.distantFuture
        /// The first end that the policy sets for it, apart from the warning.
        private var firstEnd = Instant.distantFuture
        /// The name of that end in a warning.
        private(set) var endsByRevoking = "disabledFrom"

        init(_ key: some KeyTerms, _ facts: StatusFacts, _ policy: SweepPolicy) {
            let start = max(facts.createdAt, facts.lastUsedAt)
            // Marks are stored by the hour, so the first one comes later than the hour of the last use.
            let earliest = start + .hours(2)
            if key.sweepMarks.staleHour <= start.hour {
                markAt = max(earliest, start + .days(policy.staleAfterDays))
            } else {
                let marked = Instant(milliseconds: key.sweepMarks.staleHour * 3_600_000)
                nextSpellAt = max(marked + .hours(2), marked + .days(policy.staleAfterDays))
            }
            guard policy.disableAfterDays != nil || policy.revokeAfterDays != nil,
                !policy.exemptKeys.contains(key.name.string)
            else { return }
            let disable = key.disabledAt == nil ? policy.disableAfterDays.map { start + .days($0) } : nil
            let revoke = policy.revokeAfterDays.map { start + .days($0) }
            guard let first = [disable, revoke].compactMap({ $0 }).min() else { return }
            firstEnd = first
            if disable == nil || revoke == first { endsByRevoking = "revokedFrom" }
            guard key.sweepMarks.warnedHour > start.hour else {
                warnAt = max(earliest, first - StaleSweep.warning)
                return
            }
            let warned = Instant(milliseconds: (key.sweepMarks.warnedHour + 1) * 3_600_000) + StaleSweep.warning
            disableAt = disable.map { max($0, warned) } ?? .distantFuture
            revokeAt = revoke.map { max($0, warned) } ?? .distantFuture
        }

        /// When the policy requires an action.
        var policyAt: Instant { min(warnAt, disableAt, revokeAt) }

        func end(warnedAt now: Instant) -> Instant {
            max(firstEnd, Instant(milliseconds: (now.hour + 1) * 3_600_000) + StaleSweep.warning)
        }
    }
}

extension SweepMarks {
    /// The hour, since the epoch, of the last report that the key is stale; 0 if never.
    ///
    /// A mark older than the last use belongs to an earlier period and no longer counts. Hours are stored in the bits
    /// above those of the marks: 24 bits each, enough until the year 3883.
    var staleHour: Int64 { Int64(rawValue >> 8 & 0xFF_FFFF) }

    /// The hour, since the epoch, of the last warning that the key will end because it is unused; 0 if never.
    var warnedHour: Int64 { Int64(rawValue >> 32 & 0xFF_FFFF) }

    mutating func noteStale(at now: Instant) {
        rawValue = rawValue & ~(0xFF_FFFF << 8) | Int(now.hour & 0xFF_FFFF) << 8
        insert(.stale)
    }

    mutating func noteWarning(at now: Instant) {
        rawValue = rawValue & ~(0xFF_FFFF << 32) | Int(now.hour & 0xFF_FFFF) << 32
        insert(.staleDisableSoon)
    }

    /// Removes the report that the key is stale.
    mutating func forgetStale() {
        rawValue &= ~(0xFF_FFFF << 8)
        remove(.stale)
    }

    /// Removes a warning, so that another is given before the key ends.
    mutating func forgetWarning() {
        rawValue &= ~(0xFF_FFFF << 32)
        remove(.staleDisableSoon)
    }
}
