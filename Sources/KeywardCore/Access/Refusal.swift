/// The reason why a call is not done, as a value. The server makes the error reply and its text.
package enum Refusal: Error, Hashable, Sendable {
    case invalidParam(InvalidParam)
    case permissionDenied(Denial)
    case notFound(Missing)
    case upgradeRequired(plan: String, upgradeURL: String?)
    /// `keyID` is the key that conflicts.
    case conflict(Conflict, keyID: String? = nil)
    case confirmationRequired([ConfirmationCheck])
    case limitExceeded(Limit)
    case invalidState(StateFault, KeyStatus)
    /// The wall clock cannot be accepted: it shows a time before this daemon was made.
    case invalidClock(shows: Instant)
    case readOnly(ReadOnly)
    case barred(WriteBar)
    case policyViolation(PolicyRule, param: String)
    /// The request, a subscription, cannot be part of a batch.
    case notInABatch
    /// The daemon is shutting down.
    case shuttingDown
    /// A dependency of the call has not answered in time. Nothing was changed.
    case timedOut(Dependency)
    /// A fault of the daemon or the system. `cause`, for the log, has more detail than the reply.
    case failed(Failure, cause: String)

    /// The refusal after a fault of the store.
    package init(_ fault: StoreFault) {
        self =
            switch fault {
            case .cannotWrite: .readOnly(.database)
            case .exists: .conflict(.fileExists)
            case .failed(let reason), .damaged(let reason): .failed(.database, cause: reason)
            }
    }

    package enum InvalidParam: Hashable, Sendable {
        /// `principal` is not `user:NAME`, `group:NAME`, `uid:N` or `gid:N`.
        case principal
        case sweep
    }

    package enum Denial: Hashable, Sendable {
        case notAMember(Caller)
        /// The caller may read the workspace but not change it.
        case readsOnly(Caller, workspace: String)
        /// Operators are root, the daemon's account and the members of a group.
        case notAnOperator(Caller, group: String)
    }

    package enum Missing: Hashable, Sendable {
        case key, member, workspace, budget
        /// An account that was named.
        case user, group
        case plan(known: [String])
    }

    package enum Conflict: Hashable, Sendable {
        case requestIDUsed
        /// A live key, with this prefix, has the name.
        case keyNameTaken(prefix: String)
        /// An earlier row of an import has the name.
        case keyNameRepeated
        case workspaceNameTaken
        /// A workspace has the name with different case.
        case workspaceNameAlike
        /// A backup has the name, or is being written with it.
        case backupNameTaken, backupUnderWay
        case fileExists
        /// Keys draw on the budget.
        case budgetInUse(keys: Int)
    }

    package enum Limit: Hashable, Sendable {
        /// The number of keys that the plan allows.
        case keys(Int)
        /// The number of subscriptions that a connection may have.
        case subscriptions(Int)
    }

    package enum StateFault: Hashable, Sendable {
        /// Two live keys have the given name, the predecessor first.
        case twoLiveKeys([NamedKey])
        /// The key has ended.
        case isFinal
        case isDisabled
        /// It is a canary, which can be renamed and revoked, and nothing else.
        case isCanary
        case isBeingRotated, isNotBeingRotated
        /// The key expired, and a rotation replaced it.
        case isReplaced
        case successorIsInUse
    }

    package enum ReadOnly: Hashable, Sendable {
        case database
        /// There is no space for a backup; with the system's error.
        case backup(String)
        /// The folder for backups cannot be created; with the system's error.
        case backupFolder(String)
    }

    package enum PolicyRule: Hashable, Sendable {
        case expiryIsPast
        case expiryRequired
        case lifetimeTooLong(days: Int)
        case purposeRequired
        case keyName(KeyName.Fault)
        case personalName(KeyName.Trait)
        /// systemd assigns such numbers temporarily.
        case dynamicUser
        /// The key draws on a budget, so it has no limits or credits of its own.
        case drawsOnBudget(String)
        /// The balance would exceed what one can have.
        case tooManyCredits
        /// The plan has a cap on credits.
        case creditsAbovePlan(most: Int64)
        /// The plan has a rule about limits.
        case limits(LimitRule)
        /// The number belongs to no account.
        case nobody
    }

    package enum Failure: Hashable, Sendable {
        case database
        case auditHead
        case backup
        /// The step of a backup that failed, as a participle.
        case backupStep(String)
    }
}

/// What a call may wait for besides the daemon itself.
package enum Dependency: String, Sendable {
    case nameService, store
}

/// A check that the caller can confirm, with its facts.
package struct ConfirmationCheck: Hashable, Sendable {
    package enum Kind: String, Sendable {
        case recentlyUsed, replacementUnused, productionRotation, planWithoutAccess, otherEndContinues, noVerifyingKey
        /// The clock goes back, and the times of keys with it.
        case clockGoesBack
        /// The clock is ahead of the time that has passed.
        case clockGoesAhead
        /// Only verifiers may verify the workspace's keys afterwards, or everybody again.
        case closesWorkspace, opensWorkspace
        /// A verification by the principal that names no workspace means another one afterwards.
        case changesDefault
    }

    package var kind: Kind
    package var key: KeyRecord?
    package var lastUsedAt: Instant?
    package var lastUsedBy: UInt32?
    /// Valid uses within the last 24 hours.
    package var usesLastDay: Int64?
    /// The number of keys concerned.
    package var keys: Int?
    /// The other key of the rotation.
    package var other: NamedKey?
    /// When the other key ends without a change, or from when on no key verifies; `nil` is never.
    package var until: Instant?
    /// The effects of accepting the clock.
    package var clock: ClockFacts?
    /// The effects on verifiers.
    package var verifiers: VerifierFacts?
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

    /// A check before a change of verifiers.
    init(_ kind: Kind, _ facts: VerifierFacts, now: Instant) {
        self.init(kind, now: now)
        verifiers = facts
    }

    /// The check before the wall clock is accepted.
    package init(_ facts: ClockFacts, now: Instant) {
        let keys = facts.setsBack ? facts.verifyAgain : facts.stopVerifying
        self.init(facts.setsBack ? .clockGoesBack : .clockGoesAhead, keys: keys.count, now: now)
        clock = facts
    }
}

/// The effects of a change of verifiers.
package struct VerifierFacts: Hashable, Sendable {
    package var workspace: String
    package var principal: String
    /// The uids that verified the workspace's keys within the last day, and may not afterwards.
    package var shutOut: [UInt32] = []
    /// The workspace of the principal's verifications that name none, before and after; `nil` is none.
    package var formerDefault: String?
    package var newDefault: String?

    init(workspace: String, principal: String) {
        (self.workspace, self.principal) = (workspace, principal)
    }
}

/// The identifiers of one of several keys that have a name.
package struct NamedKey: Hashable, Sendable {
    package var id: String
    package var prefix: String
    package var status: KeyStatus

    package init(id: String, prefix: String, status: KeyStatus) {
        (self.id, self.prefix, self.status) = (id, prefix, status)
    }
}

/// A warning with a success.
package enum Advice: Hashable, Sendable {
    /// The name looks personal.
    case nameLooksPersonal(KeyName.Trait)
    /// The owner's principal, as written, is not an account of this host.
    case ownerUnknown(String)
}
