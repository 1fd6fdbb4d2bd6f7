/// Deletes keys that ended long ago; a tombstone stays.
enum RetentionSweep {
    /// When a key may be deleted, as far as is known.
    static func due(_ key: some KeyTerms, _ facts: StatusFacts, _ policy: SweepPolicy) -> Instant {
        min(key.revokedAt ?? .distantFuture, facts.end.at) + .days(policy.retainTerminalDays)
    }

    /// - Parameter isNeeded: whether a remaining key derives its own end from this one.
    static func step(
        _ key: KeyRecord, _ facts: StatusFacts, _ policy: SweepPolicy, isNeeded: Bool, at now: Instant
    ) -> SweepStep {
        guard now >= due(key, facts, policy), !isNeeded else { return SweepStep() }
        let reason = key.revocation?.reason ?? facts.end.status.rawValue
        return SweepStep(isPurge: true, notes: [(.keyPurged, key.sweepDetails.adding("reason", .text(reason)))])
    }
}
