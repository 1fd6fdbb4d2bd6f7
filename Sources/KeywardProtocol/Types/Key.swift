/// An administrator's view of an API key. The secret is never part of it.
public struct Key: Codable, Hashable, Sendable {
    /// `key_` and a ULID in lower case.
    public var id: String
    /// The workspace that the key belongs to.
    public var workspace: String
    /// A slug, unique among the workspace's live keys.
    public var name: String
    /// The public start of the key, by which people identify it: `kw_8FqL2mXw`.
    public var prefix: String
    /// The status of the key; the first that applies, in the order of ``Status``.
    public var status: Status
    /// Everything else that applies to the key: `retiring`, `expiring`, `stale`, `unused`.
    public var facts: [Status]
    /// Verifications that were answered `valid`.
    public var usageCount: Int
    /// Verifications that presented the whole secret and were refused.
    public var refusedCount: Int
    /// The last verification that was answered `valid`.
    public var lastUsedAt: Timestamp?
    /// The account of the service that asked for that verification.
    public var lastUsedBy: Account?
    /// The last verification that presented the whole secret and was refused. `nil` if there was none, or if it is no
    /// longer available because many other keys were refused since.
    public var lastRefusedAt: Timestamp?
    /// The account of the service that asked for it.
    public var lastRefusedBy: Account?
    /// The answer to it.
    public var lastRefusedCode: Verification.Code?
    /// When the key was created.
    public var createdAt: Timestamp
    /// Who created it.
    public var createdBy: Account
    /// The first instant at which the key no longer verifies; `nil` is never.
    public var expiresAt: Timestamp?
    /// The technical owner.
    public var owner: Owner?
    /// The purpose of the key.
    public var purpose: String?
    /// The scopes of the key; one that ends in `*` matches any suffix.
    public var scopes: [String]
    /// A JSON object from the administrator, stored as written.
    public var metadata: JSONText
    /// Its limits, or those of its budget, and what remains of them.
    public var limits: [Limit]?
    /// Its credits, or those of its budget.
    public var credits: Credits?
    /// The budget that it draws on.
    public var budget: String?
    /// The rotation in which this key is the predecessor, otherwise the one that created it.
    public var rotation: Rotation?
    /// How it was revoked.
    public var revoked: Revocation?
    /// The actions that this caller can perform on this key now.
    public var actions: [Action]
    /// Blocks of addresses for whose clients alone it verifies; `nil` is for all.
    public var addresses: [String]?
    /// Of an imported key, what its digest covers: `sha256` or `seam`; `nil` for all others.
    public var importFormat: String?
    /// Of an imported key, the public start of its secret, if that is known. It does not name the key.
    public var foreignPrefix: String?

    public init(
        id: String, workspace: String, name: String, prefix: String, status: Status, facts: [Status] = [],
        usageCount: Int = 0, refusedCount: Int = 0, lastUsedAt: Timestamp? = nil, lastUsedBy: Account? = nil,
        lastRefusedAt: Timestamp? = nil, lastRefusedBy: Account? = nil, lastRefusedCode: Verification.Code? = nil,
        createdAt: Timestamp, createdBy: Account, expiresAt: Timestamp? = nil, owner: Owner? = nil,
        purpose: String? = nil, scopes: [String] = [], metadata: JSONText = .emptyObject, limits: [Limit]? = nil,
        credits: Credits? = nil, budget: String? = nil, rotation: Rotation? = nil,
        revoked: Revocation? = nil, actions: [Action] = [], addresses: [String]? = nil,
        importFormat: String? = nil, foreignPrefix: String? = nil
    ) {
        self.id = id
        self.workspace = workspace
        self.name = name
        self.prefix = prefix
        self.status = status
        self.facts = facts
        self.usageCount = usageCount
        self.refusedCount = refusedCount
        self.lastUsedAt = lastUsedAt
        self.lastUsedBy = lastUsedBy
        self.lastRefusedAt = lastRefusedAt
        self.lastRefusedBy = lastRefusedBy
        self.lastRefusedCode = lastRefusedCode
        self.createdAt = createdAt
        self.createdBy = createdBy
        self.expiresAt = expiresAt
        self.owner = owner
        self.purpose = purpose
        self.scopes = scopes
        self.metadata = metadata
        self.limits = limits
        self.credits = credits
        self.budget = budget
        self.rotation = rotation
        self.revoked = revoked
        self.actions = actions
        self.addresses = addresses
        self.importFormat = importFormat
        self.foreignPrefix = foreignPrefix
    }
}

extension Key {
    /// The members that a search compares.
    package static let searchedMembers = "name, prefix, owner or purpose"

    /// A key's status. A word that this build does not know is kept unchanged.
    public struct Status: Word {
        /// The word in the protocol.
        public var rawValue: String
        /// Accepts any word; one that this build does not know is kept unchanged.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Ended by decision; terminal.
        public static let revoked = Status(rawValue: "revoked")
        /// A key that nobody should ever use. It does not verify, and raises an alarm when it is presented.
        public static let canary = Status(rawValue: "canary")
        /// Replaced, and its grace period has ended; terminal.
        public static let superseded = Status(rawValue: "superseded")
        /// Its expiry has been reached; terminal.
        public static let expired = Status(rawValue: "expired")
        /// Disabled until somebody enables it.
        public static let disabled = Status(rawValue: "disabled")
        /// The workspace's plan has no API access.
        public static let suspended = Status(rawValue: "suspended")
        /// Has a successor, and verifies until its grace period ends.
        public static let retiring = Status(rawValue: "retiring")
        /// Verifies, and will expire soon.
        public static let expiring = Status(rawValue: "expiring")
        /// Verifies, and was not used for a long time.
        public static let stale = Status(rawValue: "stale")
        /// Has never been verified.
        public static let unused = Status(rawValue: "unused")
        /// Verifies, and nothing else applies.
        public static let active = Status(rawValue: "active")

        /// Every status; the first that applies is the key's.
        public static let known: [Status] = [
            .revoked, .canary, .superseded, .expired, .disabled, .suspended, .retiring, .expiring, .stale, .unused,
            .active,
        ]
    }

    /// An action of an administrator on a key.
    public struct Action: Word {
        /// The word in the protocol.
        public var rawValue: String
        /// Accepts any word; one that this build does not know is kept unchanged.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Create a successor.
        public static let rotate = Action(rawValue: "rotate")
        /// End the open rotation in favour of the successor.
        public static let confirm = Action(rawValue: "confirm")
        /// Cancel the open rotation.
        public static let cancel = Action(rawValue: "cancel")
        /// End the key permanently.
        public static let revoke = Action(rawValue: "revoke")
        /// Disable the key until it is enabled.
        public static let disable = Action(rawValue: "disable")
        /// Enable a disabled key.
        public static let enable = Action(rawValue: "enable")
        /// Change the name, the expiry or the attributes of the key.
        public static let update = Action(rawValue: "update")

        /// Every word that this build knows.
        public static let known: [Action] = [.rotate, .confirm, .cancel, .revoke, .disable, .enable, .update]
    }

    /// The replacement of one key by another.
    public struct Rotation: Codable, Hashable, Sendable {
        /// The id of the key that is being replaced.
        public var predecessor: String
        /// The id of the key that replaces it.
        public var successor: String
        /// When the successor was created.
        public var startedAt: Timestamp
        /// The successor's first valid use.
        public var firstUsedAt: Timestamp?
        /// The first instant at which the predecessor no longer verifies; `nil` until that is known.
        public var graceEndsAt: Timestamp?

        public init(
            predecessor: String, successor: String, startedAt: Timestamp, firstUsedAt: Timestamp? = nil,
            graceEndsAt: Timestamp? = nil
        ) {
            self.predecessor = predecessor
            self.successor = successor
            self.startedAt = startedAt
            self.firstUsedAt = firstUsedAt
            self.graceEndsAt = graceEndsAt
        }
    }

    /// The revocation of a key. It cannot be undone.
    public struct Revocation: Codable, Hashable, Sendable {
        /// When it took effect.
        public var at: Timestamp
        /// Who revoked it.
        public var by: Account
        /// The given reason.
        public var reason: Reason
        /// A note by the same account; at most 500 characters.
        public var note: String?

        public init(at: Timestamp, by: Account, reason: Reason, note: String? = nil) {
            self.at = at
            self.by = by
            self.reason = reason
            self.note = note
        }

        /// Why a key was revoked.
        public struct Reason: Word {
            /// The word in the protocol.
            public var rawValue: String
            /// Accepts any word; one that this build does not know is kept unchanged.
            public init(rawValue: String) { self.rawValue = rawValue }

            /// Somebody may know the secret without permission.
            public static let compromised = Reason(rawValue: "compromised")
            /// Another key has replaced it.
            public static let superseded = Reason(rawValue: "superseded")
            /// Nobody needs it.
            public static let unused = Reason(rawValue: "unused")
            /// Nobody is responsible for it any more.
            public static let ownerLeft = Reason(rawValue: "ownerLeft")
            /// Another reason; the note explains it.
            public static let other = Reason(rawValue: "other")
            /// Only from the daemon: a rotation was cancelled.
            public static let cancelled = Reason(rawValue: "cancelled")
            /// Only from the daemon: the stale policy.
            public static let stale = Reason(rawValue: "stale")

            /// The reasons that a caller may give.
            public static let known: [Reason] = [.compromised, .superseded, .unused, .ownerLeft, .other]
        }
    }
}
