/// What a run of a sweep found and did, or would have done.
package struct SweepReport: Hashable, Sendable {
    package var sweep: Sweep
    package var at: Instant
    package var dryRun: Bool
    /// The number of examined keys.
    package var examined = 0
    /// The number of changed keys, or with `dryRun` of keys that would change.
    package var keys = 0
    /// The number of keys by action. A key may have several actions in one run.
    package var changed: [AuditNote.Action: Int] = [:]
    /// The number of audit entries, or with `dryRun` of those it would write. A key that is marked stale and warned of
    /// its end has two of one action.
    package var entries = 0
    package var held: Held?
    /// Whether it holds only what was reported within the last day.
    package var isRepeated = false

    package init(_ sweep: Sweep, at: Instant, dryRun: Bool) {
        (self.sweep, self.at, self.dryRun) = (sweep, at, dryRun)
    }

    /// Whether it need not be reported.
    package var isQuiet: Bool { changed.isEmpty && (held == nil || isRepeated) }

    /// What was not done, and why.
    package struct Held: Hashable, Sendable {
        package enum Reason: String, Sendable {
            /// The wall clock is ahead by more than the bound.
            case clockLeads
            /// It has gone back by more than the bound.
            case clockLags
            /// Too many of the live keys would end at once.
            case tooManyKeys
            /// Predecessors whose wait for their successor has ended are still used.
            case predecessorInUse
        }

        package var reason: Reason
        package var count: Int
        /// The ids of the first of them.
        package var keys: [String] = []
        /// The largest number of ids.
        static let mostKeys = 100

        package init(_ reason: Reason, count: Int, keys: [String] = []) {
            (self.reason, self.count, self.keys) = (reason, count, keys)
        }
    }
}
