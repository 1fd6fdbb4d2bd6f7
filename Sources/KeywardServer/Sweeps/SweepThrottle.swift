import KeywardCore

/// When a sweep's timer fires next. It uses a clock that nobody sets, so the pauses are bounded: the next tick sees
/// changes of the wall clock.
enum SweepThrottle {
    /// The longest pause between two runs.
    static func longest(_ sweep: Sweep) -> Instant.Span {
        switch sweep {
        case .expiry: .seconds(60)
        case .stale: .hours(1)
        case .retention: .days(1)
        }
    }

    /// The pause between the start, or a change of policy, and a sweep's run; they run one after another.
    static func first(_ sweep: Sweep) -> Instant.Span {
        switch sweep {
        case .expiry: Instant.Span(milliseconds: 0)
        case .stale: .seconds(10)
        case .retention: .seconds(60)
        }
    }

    /// The pause of the maintenance queue after a batch with this processor time, both in nanoseconds.
    ///
    /// A batch delays some rounds of verifications. The pause keeps them below one in a hundred, so that p99 hardly
    /// changes. The pause after a large batch is limited.
    static func rest(after busy: Int) -> Int { min(39 * busy, 200_000_000) }

    /// The time from `now` until the next run.
    ///
    /// - Parameters:
    ///   - due: when there is something to do.
    ///   - isBarred: whether the last run could not do what was due, so that the next one is not urgent.
    static func pause(_ sweep: Sweep, until due: Instant?, at now: Instant, isBarred: Bool) -> Instant.Span {
        if isBarred { return min(longest(sweep), .seconds(60)) }
        guard sweep == .expiry, let due else { return longest(sweep) }
        // A millisecond later, because clocks that are read in sequence may differ by one.
        return min(longest(sweep), max(due, now) + Instant.Span(milliseconds: 1) - now)
    }
}
