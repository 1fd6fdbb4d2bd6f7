/// How many entries the log is given: a number at once, and then so many a second. Those are the limits that journald
/// has for a service by default (journald.conf(5), RateLimitBurst=): beyond them it would choose what to drop.
struct LogThrottle: Sendable {
    static let burst = 10_000.0
    static let perSecond = Self.burst / 30

    private var allowance = Self.burst
    private var countedAt: Duration?

    /// Whether one more entry is given to the log at `now`, a time on a clock that is never set back.
    mutating func admits(at now: Duration) -> Bool {
        let passed = countedAt.map { (now - $0) / .seconds(1) } ?? 0
        countedAt = now
        allowance = min(Self.burst, allowance + max(0, passed) * Self.perSecond)
        guard allowance >= 1 else { return false }
        allowance -= 1
        return true
    }
}
