/// Why a call is not done. The server turns each into its error reply.
///
/// A `remedy` is the arguments of the `keyward` command that mends it. Names that the caller gave are not in it.
package enum Refusal: Error, Hashable, Sendable {
    case invalidParam(String, String)
    case permissionDenied(String, remedy: [String]? = nil)
    case notFound(String, remedy: [String]? = nil)
    case upgradeRequired(plan: String, upgradeURL: String?)
    case conflict(String, keyID: String?)
    case confirmationRequired([Doubt])
    case limitExceeded(String, limit: Int)
    /// `keys` are those that the name may mean, where that is why.
    case invalidState(String, KeyStatus, keys: [NamedKey] = [])
    /// The wall clock cannot be accepted.
    case invalidClock(String)
    case readOnly(String)
    case barred(WriteBar)
    case policyViolation(String, param: String)
    /// The request cannot be part of a batch.
    case notInABatch(String)
    /// The daemon ends.
    case shuttingDown
    /// Something that the call needs has not answered in time. Nothing was changed.
    case timedOut(Dependency)
    /// A fault of the daemon or the system; `cause`, for the log, says more than the caller is told.
    case failed(String, cause: String)
}

/// What a call may wait for beside the daemon itself.
package enum Dependency: String, Sendable {
    case nameService, store
}

/// A doubt that the caller settles by confirming, with its facts.
package struct Doubt: Hashable, Sendable {
    package enum Kind: String, Sendable {
        case recentlyUsed, replacementUnused, productionRotation, planWithoutAccess, otherEndContinues, noVerifyingKey
        /// Times and keys go back with the clock.
        case clockGoesBack
        /// The clock is ahead of the time that has passed.
        case clockGoesAhead
    }

    package var kind: Kind
    package var key: KeyRecord?
    package var lastUsedAt: Instant?
    package var lastUsedBy: UInt32?
    /// Valid uses within the last 24 hours.
    package var usesLastDay: Int64?
    /// How many keys are concerned.
    package var keys: Int?
    /// The other key of the rotation.
    package var other: NamedKey?
    /// When the other key ends by itself, or from when on no key verifies; `nil` is never.
    package var until: Instant?
    /// What it means that the clock is accepted.
    package var clock: ClockFacts?
    package var now: Instant

    package init(
        _ kind: Kind, key: KeyRecord? = nil, lastUsedAt: Instant? = nil, lastUsedBy: UInt32? = nil,
        usesLastDay: Int64? = nil, keys: Int? = nil, other: NamedKey? = nil, until: Instant? = nil, now: Instant
    ) {
        self.kind = kind
        self.key = key
        self.lastUsedAt = lastUsedAt
        self.lastUsedBy = lastUsedBy
        self.usesLastDay = usesLastDay
        self.keys = keys
        self.other = other
        self.until = until
        self.now = now
    }

    /// The doubt about accepting the wall clock.
    package init(_ facts: ClockFacts, now: Instant) {
        let keys = facts.setsBack ? facts.verifyAgain : facts.stopVerifying
        self.init(facts.setsBack ? .clockGoesBack : .clockGoesAhead, keys: keys.count, now: now)
        clock = facts
    }
}

/// One of several keys that have a name, as a caller tells them apart.
package struct NamedKey: Hashable, Sendable {
    package var id: String
    package var prefix: String
    package var status: KeyStatus

    package init(id: String, prefix: String, status: KeyStatus) {
        (self.id, self.prefix, self.status) = (id, prefix, status)
    }
}

/// Something to tell beside a success.
package enum Advice: Hashable, Sendable {
    /// The name looks personal; with what it looks like.
    case nameLooksPersonal(String)
    /// The owner's principal, as it was written, is no account of this host.
    case ownerUnknown(String)
}
