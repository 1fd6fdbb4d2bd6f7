import KeywardCore

/// When a sweep's timer fires next. It runs on a clock that nobody sets, so the pauses are bounded: what the wall
/// clock did meanwhile is seen at the next tick.
enum SweepThrottle {
    /// The longest pause between two runs.
    static func longest(_ sweep: Sweep) -> Instant.Span {
        switch sweep {
        case .expiry: .seconds(60)
        case .stale: .hours(1)
        case .retention: .days(1)
        }
    }

    /// How long after the start, and after a change of policy, a sweep runs; one after another.
    static func first(_ sweep: Sweep) -> Instant.Span {
        switch sweep {
        case .expiry: Instant.Span(milliseconds: 0)
        case .stale: .seconds(10)
        case .retention: .seconds(60)
        }
    }

    /// How long the maintenance queue rests behind a batch that took so much processor time, both in nanoseconds: verifications
    /// and changes have the core for three quarters of the time. What the batch waited for the disk or for its turn on
    /// the core was theirs already. A large batch is no reason to rest for long.
    static func rest(after busy: Int) -> Int { min(3 * busy, 100_000_000) }

    /// How long from `now` until the next run.
    ///
    /// - Parameters:
    ///   - due: when there is something to do.
    ///   - isBarred: whether the last run could not do what is due, so that being due is no reason to hurry.
    static func pause(_ sweep: Sweep, until due: Instant?, at now: Instant, isBarred: Bool) -> Instant.Span {
        if isBarred { return min(longest(sweep), .seconds(60)) }
        guard sweep == .expiry, let due else { return longest(sweep) }
        // A millisecond later: clocks that are read in turn may differ by one.
        return min(longest(sweep), max(due, now) + Instant.Span(milliseconds: 1) - now)
    }
}
