/// The effect on a key when the clock is set back: as far as possible, its state as if the clock had always been right.
///
/// A time after `now` was written while the clock was ahead. Events of that time count as of now. Notes of that time
/// are removed.
extension KeyRecord {
    /// - Parameters:
    ///   - now: the new time of the clock.
    ///   - origin: the stored rotation that created its successor.
    ///   - lastUsedAt: its last valid use, as stored.
    func setBack(
        to now: Instant, origin: Rotation?, lastUsedAt: Instant, noticeDays: Set<Int>
    ) -> KeyRecord {
        var key = self
        key.createdAt = min(createdAt, now)
        // A life that was granted then is granted now, with the same length.
        if let expiresAt, let lifetime, expiresAt - lifetime > now { key.expiresAt = now + lifetime }
        key.disabledAt = disabledAt.map { min($0, now) }
        if let revocation { key.revocation?.at = min(revocation.at, now) }
        key.origin = self.origin?.setBack(to: now)
        key.graceEndsAt = graceEnd(setBackTo: now, origin, lastUsedAt)
        var facts = StatusFacts(of: key, lastUsedAt: nil, origin: origin?.setBack(to: now))
        if lastUsedAt != .distantPast { facts.lastUsedAt = min(lastUsedAt, now) }
        if facts.end.at > now { key.sweepMarks.subtract([.expired, .graceEnded]) }
        key.sweepMarks.setBack(to: now, key.expiresAt, noticeDays)
        return key
    }

    /// Whether the two differ in more than the notes of sweeps.
    func differsBeyondNotes(from other: KeyRecord) -> Bool {
        var other = other
        other.sweepMarks = sweepMarks
        return self != other
    }

    private func graceEnd(setBackTo now: Instant, _ origin: Rotation?, _ lastUsedAt: Instant) -> Instant? {
        guard let graceEndsAt, graceEndsAt > now, let origin else { return self.graceEndsAt }
        let start = origin.startsNow ? origin.startedAt : origin.firstUsedAt
        if let start {
            // It ends when the rotation requires it. If somebody confirmed an earlier end, it ends now.
            return graceEndsAt == start + origin.grace ? min(start, now) + origin.grace : now
        }
        // The successor is unused: a sweep has recorded the end of the wait, or somebody confirmed the rotation.
        let wait = max(origin.startedAt + StatusFacts.longestWait, lastUsedAt + .days(1))
        return graceEndsAt == wait ? nil : now
    }
}

extension KeyRecord.Rotation {
    func setBack(to now: Instant) -> KeyRecord.Rotation {
        var rotation = self
        rotation.startedAt = min(startedAt, now)
        rotation.firstUsedAt = firstUsedAt.map { min($0, now) }
        return rotation
    }
}

extension SweepMarks {
    /// Removes reports that came too early.
    fileprivate mutating func setBack(to now: Instant, _ expiresAt: Instant?, _ noticeDays: Set<Int>) {
        if staleHour > now.hour { forgetStale() }
        if warnedHour > now.hour { forgetWarning() }
        guard noticedDays > 0, let expiresAt, expiresAt - .days(noticedDays) > now else { return }
        noticedDays = noticeDays.filter { expiresAt - .days($0) <= now }.min() ?? 0
    }
}
