/// The rate limit of the log: a burst, and then a number of entries per second. These are journald's default limits for
/// a service (journald.conf(5), RateLimitBurst=). Beyond them journald would choose which entries to drop.
struct LogThrottle: Sendable {
    static let burst = 10_000.0
    static let perSecond = Self.burst / 30

    private var allowance = Self.burst
    private var countedAt: Duration?

    /// Whether the limit admits one more entry at `now`, a time on a clock that is never set back.
    mutating func admits(at now: Duration) -> Bool {
        let passed = countedAt.map { (now - $0) / .seconds(1) } ?? 0
        countedAt = now
        allowance = min(Self.burst, allowance + max(0, passed) * Self.perSecond)
        guard allowance >= 1 else { return false }
        allowance -= 1
        return true
    }
}
