/// An API key as its administrators see it. The secret is never part of it.
public struct Key: Codable, Hashable, Sendable {
    /// `key_` and a ULID in lower case.
    public var id: String
    /// The workspace that the key belongs to.
    public var workspace: String
    /// A slug, unique among the workspace's live keys.
    public var name: String
    /// The public start of the key, by which people tell keys apart: `kw_8FqL2mXw`.
    public var prefix: String
    /// What the key is now; the first that matches, in the order of ``Status``.
    public var status: Status
    /// All that holds of the key beside its status: `retiring`, `expiring`, `stale`, `unused`.
    public var facts: [Status]
    /// Verifications that were answered `valid`.
    public var usageCount: Int
    /// Verifications that presented the whole secret and were refused.
    public var refusedCount: Int
    /// The last verification that was answered `valid`.
    public var lastUsedAt: Timestamp?
    /// The account of the service that asked for that verification.
    public var lastUsedBy: Account?
    /// The last verification that presented the whole secret and was refused; `nil` if there was none, or if so many
    /// other keys were refused since that it is not at hand.
    public var lastRefusedAt: Timestamp?
    /// The account of the service that asked for it.
    public var lastRefusedBy: Account?
    /// What it was answered.
    public var lastRefusedCode: Verification.Code?
    /// When the key was created.
    public var createdAt: Timestamp
    /// Who created it.
    public var createdBy: Account
    /// The first instant at which the key no longer verifies; `nil` is never.
    public var expiresAt: Timestamp?
    /// The technical owner.
    public var owner: Owner?
    /// What the key is for.
    public var purpose: String?
    /// What the key may be used for; one that ends in `*` stands for all that begin so.
    public var scopes: [String]
    /// An object of the administrator's own, kept as it was written.
    public var metadata: JSONText
    /// The rotation in which this key is the predecessor, else the one that it came from.
    public var rotation: Rotation?
    /// How it was revoked.
    public var revoked: Revocation?
    /// What this caller may do with this key now.
    public var actions: [Action]

    public init(
        id: String, workspace: String, name: String, prefix: String, status: Status, facts: [Status] = [],
        usageCount: Int = 0, refusedCount: Int = 0, lastUsedAt: Timestamp? = nil, lastUsedBy: Account? = nil,
        lastRefusedAt: Timestamp? = nil, lastRefusedBy: Account? = nil, lastRefusedCode: Verification.Code? = nil,
        createdAt: Timestamp, createdBy: Account, expiresAt: Timestamp? = nil, owner: Owner? = nil,
        purpose: String? = nil, scopes: [String] = [], metadata: JSONText = .emptyObject, rotation: Rotation? = nil,
        revoked: Revocation? = nil, actions: [Action] = []
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
        self.rotation = rotation
        self.revoked = revoked
        self.actions = actions
    }
}

extension Key {
    /// What a search looks at.
    package static let searchedMembers = "name, prefix, owner or purpose"

    /// A key's status. A word that this build does not know is kept as it came.
    public struct Status: Word {
        /// The word as it stands on the wire.
        public var rawValue: String
        /// Takes any word; one that this build does not know is kept as it is.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Ended by decision; terminal.
        public static let revoked = Status(rawValue: "revoked")
        /// Replaced, and its grace is over; terminal.
        public static let superseded = Status(rawValue: "superseded")
        /// Its expiry has been reached; terminal.
        public static let expired = Status(rawValue: "expired")
        /// Stopped until somebody enables it.
        public static let disabled = Status(rawValue: "disabled")
        /// The workspace's plan has no API access.
        public static let suspended = Status(rawValue: "suspended")
        /// Has a successor, and verifies until its grace ends.
        public static let retiring = Status(rawValue: "retiring")
        /// Verifies, and will expire soon.
        public static let expiring = Status(rawValue: "expiring")
        /// Verifies, and has not been used for long.
        public static let stale = Status(rawValue: "stale")
        /// Has never been verified.
        public static let unused = Status(rawValue: "unused")
        /// Verifies, and nothing else holds of it.
        public static let active = Status(rawValue: "active")

        /// Every status, in the order in which the first match wins.
        public static let known: [Status] = [
            .revoked, .superseded, .expired, .disabled, .suspended, .retiring, .expiring, .stale, .unused, .active,
        ]
    }

    /// Something that an administrator can do with a key.
    public struct Action: Word {
        /// The word as it stands on the wire.
        public var rawValue: String
        /// Takes any word; one that this build does not know is kept as it is.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Make a successor.
        public static let rotate = Action(rawValue: "rotate")
        /// End the open rotation for the successor.
        public static let confirm = Action(rawValue: "confirm")
        /// Take the open rotation back.
        public static let cancel = Action(rawValue: "cancel")
        /// End the key for good.
        public static let revoke = Action(rawValue: "revoke")
        /// Stop the key until it is enabled.
        public static let disable = Action(rawValue: "disable")
        /// Let a disabled key verify again.
        public static let enable = Action(rawValue: "enable")
        /// Change what is written about the key.
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
        /// When the successor was made.
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

    /// The end of a key by decision. It cannot be undone.
    public struct Revocation: Codable, Hashable, Sendable {
        /// When it took effect.
        public var at: Timestamp
        /// Who revoked it.
        public var by: Account
        /// The reason that was given for it.
        public var reason: Reason
        /// In their words; at most 500 characters.
        public var note: String?

        public init(at: Timestamp, by: Account, reason: Reason, note: String? = nil) {
            self.at = at
            self.by = by
            self.reason = reason
            self.note = note
        }

        /// Why a key was revoked.
        public struct Reason: Word {
            /// The word as it stands on the wire.
            public var rawValue: String
            /// Takes any word; one that this build does not know is kept as it is.
            public init(rawValue: String) { self.rawValue = rawValue }

            /// Somebody may know the secret who should not.
            public static let compromised = Reason(rawValue: "compromised")
            /// Another key has taken its place.
            public static let superseded = Reason(rawValue: "superseded")
            /// Nobody needs it.
            public static let unused = Reason(rawValue: "unused")
            /// Nobody is responsible for it any more.
            public static let ownerLeft = Reason(rawValue: "ownerLeft")
            /// Something else; the note says what.
            public static let other = Reason(rawValue: "other")
            /// The daemon's own: a rotation was taken back.
            public static let cancelled = Reason(rawValue: "cancelled")
            /// The daemon's own: the stale policy.
            public static let stale = Reason(rawValue: "stale")

            /// The reasons that a caller may give.
            public static let known: [Reason] = [.compromised, .superseded, .unused, .ownerLeft, .other]
        }
    }
}
