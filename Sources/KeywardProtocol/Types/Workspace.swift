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
    /// How many keys have each status.
    public var keys: Tally
    /// When the workspace was created.
    public var createdAt: Timestamp

    public init(name: String, plan: String, apiAccess: Bool, tag: String, keys: Tally, createdAt: Timestamp) {
        self.name = name
        self.plan = plan
        self.apiAccess = apiAccess
        self.tag = tag
        self.keys = keys
        self.createdAt = createdAt
    }
}

/// What a workspace's plan allows, told with every list.
public struct Access: Codable, Hashable, Sendable {
    /// The plan's name.
    public var plan: String
    /// Whether keys can be created and verify.
    public var apiAccess: Bool
    /// What to tell the user if not.
    public var notice: String?

    public init(plan: String, apiAccess: Bool, notice: String? = nil) {
        self.plan = plan
        self.apiAccess = apiAccess
        self.notice = notice
    }
}

/// A Unix user or group with a role in a workspace.
public struct Member: Codable, Hashable, Sendable {
    /// As it was granted: `user:NAME`, `group:NAME`, `uid:N` or `gid:N`.
    public var principal: String
    /// The number that the name had when it was granted.
    public var id: UInt32
    /// What it may do.
    public var role: Role
    /// When it was granted.
    public var grantedAt: Timestamp
    /// By whom.
    public var grantedBy: Account
    /// Whether the role is nobody's, because the name means no number, or another one than when it was granted; `nil`
    /// from a daemon that does not tell.
    public var void: Bool?

    public init(
        principal: String, id: UInt32, role: Role, grantedAt: Timestamp, grantedBy: Account, void: Bool? = nil
    ) {
        self.principal = principal
        self.id = id
        self.role = role
        self.grantedAt = grantedAt
        self.grantedBy = grantedBy
        self.void = void
    }

    /// What a member may do in a workspace.
    public struct Role: Word {
        /// The word as it stands on the wire.
        public var rawValue: String
        /// Takes any word; one that this build does not know is kept as it is.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// List, get, usage, members, audit.
        public static let viewer = Role(rawValue: "viewer")
        /// Everything on the keys and members of the workspace.
        public static let admin = Role(rawValue: "admin")

        /// Every word that this build knows.
        public static let known: [Role] = [.viewer, .admin]
    }
}
