import KeywardCore

/// The daemon's figures at a moment. All of it is in memory: the figures are wanted most when the disk hangs.
struct DaemonMetrics: Sendable {
    /// A sweep's last whole run.
    struct Run: Sendable {
        var sweep: Sweep
        /// When it began; `nil` if there was none.
        var at: Instant?
        var span: Instant.Span
        var heldKeys: Int
    }

    var version: String
    /// When the daemon started, by the clock that decides now.
    var startedAt: Instant
    var keys: [KeyStatus: Int]
    var verifications: VerificationTally
    var sockets: (admin: SocketCounters, verify: SocketCounters)
    var subscribers: Int
    /// Subscribers that were cut off since the start.
    var cutOffs: Int
    var runs: [Run]
    /// Keys whose usage is not stored yet.
    var unflushedKeys: Int
    var canWrite: Bool
    var counts: DaemonCounters.Counts
    /// Log entries that were left out since the start.
    var entriesLeftOut: (throttled: Int, dropped: Int)
    var clock: ClockState
    /// How far the wall clock is ahead of what it should show.
    var clockLead: Instant.Span
    /// How far the latest instant that has decided is ahead of the wall clock.
    var markAhead: Instant.Span
    /// How much of the time that is believed nobody has measured.
    var unproven: Instant.Span
}
