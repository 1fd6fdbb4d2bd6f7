import KeywardCore

/// The daemon's metrics at a moment. All of them are in memory: they are needed most when the disk hangs.
struct DaemonMetrics: Sendable {
    /// A sweep's last complete run.
    struct Run: Sendable {
        var sweep: Sweep
        /// When it began; `nil` if there was none.
        var at: Instant?
        var span: Instant.Span
        var heldKeys: Int
    }

    var version: String
    /// When the daemon started, on the current decision clock.
    var startedAt: Instant
    var keys: [KeyStatus: Int]
    var verifications: VerificationTally
    var limitRefusals: [Authority.LimitRefusalCount]
    var sockets: (admin: SocketCounters, verify: SocketCounters)
    var subscribers: Int
    /// Subscribers that were disconnected since the start.
    var cutOffs: Int
    var runs: [Run]
    /// Keys whose usage is not stored yet.
    var unflushedKeys: Int
    var canWrite: Bool
    var counts: DaemonCounters.Counts
    /// Log entries that were omitted since the start.
    var entriesLeftOut: (throttled: Int, dropped: Int)
    var clock: ClockState
    /// How far the wall clock is ahead of its expected time.
    var clockLead: Instant.Span
    /// How far the latest instant of a decision is ahead of the wall clock.
    var markAhead: Instant.Span
    /// The part of the trusted time that nobody has measured.
    var unproven: Instant.Span
}
