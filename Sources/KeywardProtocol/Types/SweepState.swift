/// When a sweep ran, what it found, and when it has something to do next.
public struct SweepState: Codable, Hashable, Sendable {
    /// Which sweep.
    public var sweep: SweepName
    /// When its last run began; `nil` if there was none since the daemon started.
    public var lastRunAt: Timestamp?
    /// What that run found and did.
    public var lastReport: Report?
    /// When it has something to do, as far as is known; `nil` if nothing is foreseen. What is held stays due.
    public var nextDueAt: Timestamp?

    public init(sweep: SweepName, lastRunAt: Timestamp?, lastReport: Report?, nextDueAt: Timestamp?) {
        self.sweep = sweep
        self.lastRunAt = lastRunAt
        self.lastReport = lastReport
        self.nextDueAt = nextDueAt
    }

    /// What a run of a sweep found and did, or would have done.
    public struct Report: Codable, Hashable, Sendable {
        /// Which sweep.
        public var sweep: SweepName
        /// When the run began.
        public var at: Timestamp
        /// Whether it changed nothing and tells what it would have done.
        public var dryRun: Bool
        /// How many keys were due, and looked at.
        public var examined: Int
        /// How many keys it changed; `nil` from a daemon that does not count them.
        public var keys: Int?
        /// How many audit entries that made: a key may have several.
        public var entries: Int?
        /// How many keys it did what to: `key.expired`, `key.expiring`, `rotation.graceEnded`, `key.stale`, …
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
        /// How many keys.
        public var n: Int

        /// Creates one.
        public init(reason: String, n: Int) {
            self.reason = reason
            self.n = n
        }
    }
}
