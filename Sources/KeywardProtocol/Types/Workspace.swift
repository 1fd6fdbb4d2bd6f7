/// A workspace: the namespace of a team's or a product's keys, with its plan and its members.
public struct Workspace: Codable, Hashable, Sendable {
    /// 1 to 128 characters.
    public var name: String
    /// The plan's name in the catalogue.
    public var plan: String
    /// Whether the plan includes API access.
    public var apiAccess: Bool
    /// The start of this workspace's keys, for secret scanners: 2 to 12 of `[a-z0-9]`, first a letter.
    public var tag: String
    /// The number of keys by status.
    public var keys: Tally
    /// When the workspace was created.
    public var createdAt: Timestamp
    /// Whether only its verifiers can verify its keys; `nil` from a daemon that does not send it.
    public var closed: Bool?

    public init(
        name: String, plan: String, apiAccess: Bool, tag: String, keys: Tally, createdAt: Timestamp,
        closed: Bool? = nil
    ) {
        self.name = name
        self.plan = plan
        self.apiAccess = apiAccess
        self.tag = tag
        self.keys = keys
        self.createdAt = createdAt
        self.closed = closed
    }
}

/// What a workspace's plan allows; part of every list.
public struct Access: Codable, Hashable, Sendable {
    /// The plan's name.
    public var plan: String
    /// Whether keys can be created and verified.
    public var apiAccess: Bool
    /// The text for the user if they cannot.
    public var notice: String?
    /// What the caller can do in the workspace, `admin` for an operator; `nil` for a list of all workspaces, and from a
    /// daemon that does not send it.
    public var role: Member.Role?

    public init(plan: String, apiAccess: Bool, notice: String? = nil, role: Member.Role? = nil) {
        self.plan = plan
        self.apiAccess = apiAccess
        self.notice = notice
        self.role = role
    }
}

/// A Unix user or group that may do something in a workspace.
public struct Member: Codable, Hashable, Sendable {
    /// The granted name: `user:NAME`, `group:NAME`, `uid:N` or `gid:N`.
    public var principal: String
    /// The number that the name had when it was granted.
    public var id: UInt32
    /// Its role; `none` if it is only a verifier.
    public var role: Role
    /// Whether it may verify the workspace's keys; `nil` from a daemon that does not send it.
    public var verifier: Bool?
    /// When it was granted.
    public var grantedAt: Timestamp
    /// The account that granted it.
    public var grantedBy: Account
    /// Whether nobody has the role or verifies by it, because the name now has no number or another one than when it was granted; `nil`
    /// from a daemon that does not send it.
    public var void: Bool?

    public init(
        principal: String, id: UInt32, role: Role, verifier: Bool? = nil, grantedAt: Timestamp, grantedBy: Account,
        void: Bool? = nil
    ) {
        self.principal = principal
        self.id = id
        self.role = role
        self.verifier = verifier
        self.grantedAt = grantedAt
        self.grantedBy = grantedBy
        self.void = void
    }

    /// What a member can do in a workspace.
    public struct Role: Word {
        /// The word in the protocol.
        public var rawValue: String
        /// Accepts any word; an unknown one is kept.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// List, get, usage, members, audit.
        public static let viewer = Role(rawValue: "viewer")
        /// Everything with the keys and members of the workspace.
        public static let admin = Role(rawValue: "admin")

        /// No role: the member only verifies keys.
        public static let none = Role(rawValue: "none")

        /// Every known word.
        public static let known: [Role] = [.viewer, .admin, .none]
    }
}
