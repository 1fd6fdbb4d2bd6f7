/// Why a call is not done, as facts. The server turns each into its error reply, with the words.
package enum Refusal: Error, Hashable, Sendable {
    case invalidParam(InvalidParam)
    case permissionDenied(Denial)
    case notFound(Missing)
    case upgradeRequired(plan: String, upgradeURL: String?)
    /// `keyID` is the key that has what was asked for.
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
    /// The daemon ends.
    case shuttingDown
    /// Something that the call needs has not answered in time. Nothing was changed.
    case timedOut(Dependency)
    /// A fault of the daemon or the system; `cause`, for the log, says more than the caller is told.
    case failed(Failure, cause: String)

    /// What to answer when the store could not do its part.
    package init(_ fault: StoreFault) {
        self =
            switch fault {
            case .cannotWrite: .readOnly(.database)
            case .exists: .conflict(.fileExists)
            case .failed(let reason), .damaged(let reason): .failed(.database, cause: reason)
            }
    }

    package enum InvalidParam: Hashable, Sendable {
        /// `principal` is none of `user:NAME`, `group:NAME`, `uid:N` and `gid:N`.
        case principal
        case sweep
    }

    package enum Denial: Hashable, Sendable {
        case notAMember(Caller)
        /// The caller may read the workspace, and not change it.
        case readsOnly(Caller, workspace: String)
        /// Operators are root and the members of a group.
        case notAnOperator(Caller, group: String)
    }

    package enum Missing: Hashable, Sendable {
        case key, member, workspace
        /// An account that was named.
        case user, group
        case plan(known: [String])
    }

    package enum Conflict: Hashable, Sendable {
        case requestIDUsed
        /// A live key, with this prefix, has the name.
        case keyNameTaken(prefix: String)
        case workspaceNameTaken
        /// A workspace has the name in another case.
        case workspaceNameAlike
        /// A backup has the name, or is being written under it.
        case backupNameTaken, backupUnderWay
        case fileExists
    }

    package enum Limit: Hashable, Sendable {
        /// How many keys the plan allows.
        case keys(Int)
        /// How many subscriptions a connection may have.
        case subscriptions(Int)
    }

    package enum StateFault: Hashable, Sendable {
        /// Two live keys have the name that was given, the predecessor first.
        case twoLiveKeys([NamedKey])
        /// The key is over.
        case isFinal
        case isDisabled
        case isBeingRotated, isNotBeingRotated
        /// It expired, and a rotation replaced it.
        case isReplaced
        case successorIsInUse
    }

    package enum ReadOnly: Hashable, Sendable {
        case database
        /// There is no room for a backup; with the system's error.
        case backup(String)
        /// The folder for backups cannot be made; with the system's error.
        case backupFolder(String)
    }

    package enum PolicyRule: Hashable, Sendable {
        case expiryIsPast
        case expiryRequired
        case lifetimeTooLong(days: Int)
        case purposeRequired
        case keyName(KeyName.Fault)
        case personalName(KeyName.Trait)
        /// systemd gives such numbers out and takes them back.
        case dynamicUser
        /// The number stands for no account.
        case nobody
    }

    package enum Failure: Hashable, Sendable {
        case database
        case auditHead
        case backup
        /// What could not be done with a backup that was being made, as a participle.
        case backupStep(String)
    }
}

/// What a call may wait for beside the daemon itself.
package enum Dependency: String, Sendable {
    case nameService, store
}

/// A check that the caller settles by confirming, with its facts.
package struct ConfirmationCheck: Hashable, Sendable {
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

    /// The check about accepting the wall clock.
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
    /// The name looks personal.
    case nameLooksPersonal(KeyName.Trait)
    /// The owner's principal, as it was written, is no account of this host.
    case ownerUnknown(String)
}
