/// What a host does by itself as time goes by.
package enum Sweep: String, CaseIterable, Sendable {
    /// Notes what has ended and tells of what is about to.
    case expiry
    /// Marks, disables and revokes what nobody uses.
    case stale
    /// Forgets what ended long ago.
    case retention
}

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

/// What a sweep would do with one key now.
struct SweepStep {
    /// The key as it leaves it; `nil` if it changes nothing of it.
    var record: KeyRecord?
    var isPurge = false
    /// Whether it ends the key, for good or until it is enabled.
    var isEnd = false
    /// Whether it is a predecessor that outlives its wait because it is used.
    var isHeld = false
    var notes: [(action: AuditNote.Action, details: AuditDetails)] = []

    var changesAnything: Bool { record != nil || isPurge }
}

extension KeyRecord {
    /// What every entry of a sweep tells of a key, so that the journal can be read without looking it up.
    var sweepDetails: AuditDetails {
        AuditDetails().adding("name", .text(name)).adding("prefix", .text(prefix))
            .adding("owner", (owner?.name ?? owner?.contact ?? owner?.principal).map { .text($0) })
    }
}
