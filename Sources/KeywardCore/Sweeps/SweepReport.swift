/// What a run of a sweep found and did, or would have done.
package struct SweepReport: Hashable, Sendable {
    package var sweep: Sweep
    package var at: Instant
    package var dryRun: Bool
    /// How many keys were looked at.
    package var examined = 0
    /// How many keys were changed; with `dryRun`, would have been.
    package var keys = 0
    /// How many keys each action was done to. A key may have several in one run.
    package var changed: [AuditNote.Action: Int] = [:]
    /// How many audit entries were written, or would have been: a key that is marked stale and warned of its end has
    /// two of one action.
    package var entries = 0
    package var held: Held?
    /// Whether it holds just what was told of within the last day.
    package var isRepeated = false

    package init(_ sweep: Sweep, at: Instant, dryRun: Bool) {
        (self.sweep, self.at, self.dryRun) = (sweep, at, dryRun)
    }

    /// Whether nobody needs to know of it.
    package var isQuiet: Bool { changed.isEmpty && (held == nil || isRepeated) }

    /// What was not done, and why.
    package struct Held: Hashable, Sendable {
        package enum Reason: String, Sendable {
            /// The wall clock leads by more than the bound.
            case clockLeads
            /// It has gone back by more than the bound.
            case clockLags
            /// Too many of the live keys would end at once.
            case tooManyKeys
            /// Predecessors whose wait for their successor is over are still used.
            case predecessorInUse
        }

        package var reason: Reason
        package var count: Int
        /// The ids of the first of them.
        package var keys: [String] = []
        /// How many ids are kept.
        static let mostKeys = 100

        package init(_ reason: Reason, count: Int, keys: [String] = []) {
            (self.reason, self.count, self.keys) = (reason, count, keys)
        }
    }
}
