/// When a sweep ran, what it found, and when its next run is due.
public struct SweepState: Codable, Hashable, Sendable {
    /// The sweep.
    public var sweep: SweepName
    /// When its last run began; `nil` if there was none since the daemon started.
    public var lastRunAt: Timestamp?
    /// What that run found and did.
    public var lastReport: Report?
    /// When it has something to do, if known; `nil` if nothing is foreseen. Held keys stay due.
    public var nextDueAt: Timestamp?

    public init(sweep: SweepName, lastRunAt: Timestamp?, lastReport: Report?, nextDueAt: Timestamp?) {
        self.sweep = sweep
        self.lastRunAt = lastRunAt
        self.lastReport = lastReport
        self.nextDueAt = nextDueAt
    }

    /// The result of a sweep's run, real or dry.
    public struct Report: Codable, Hashable, Sendable {
        /// The sweep.
        public var sweep: SweepName
        /// When the run began.
        public var at: Timestamp
        /// Whether it was a dry run, which changes nothing and reports what a run would do.
        public var dryRun: Bool
        /// The number of due keys, all of them examined.
        public var examined: Int
        /// The number of changed keys; `nil` from a daemon that does not count them.
        public var keys: Int?
        /// The number of audit entries of the run; a key may have several.
        public var entries: Int?
        /// The number of keys per action: `key.expired`, `key.expiring`, `rotation.graceEnded`, `key.stale`, …
        public var changed: Tally
        /// What it left undone, and why; `nil` if nothing.
        public var held: Held?

        public init(
            sweep: SweepName, at: Timestamp, dryRun: Bool, examined: Int, keys: Int? = nil, entries: Int? = nil,
            changed: Tally, held: Held? = nil
        ) {
            self.sweep = sweep
            self.at = at
            self.dryRun = dryRun
            self.examined = examined
            self.keys = keys
            self.entries = entries
            self.changed = changed
            self.held = held
        }
    }

    /// What a run left undone, and why.
    public struct Held: Codable, Hashable, Sendable {
        /// `clockLeads`, `clockLags`, `tooManyKeys` or `predecessorInUse`.
        public var reason: String
        /// The number of keys.
        public var n: Int

        public init(reason: String, n: Int) {
            self.reason = reason
            self.n = n
        }
    }
}
