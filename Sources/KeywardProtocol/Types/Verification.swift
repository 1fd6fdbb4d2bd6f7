/// The answer to "is this key good, right now?".
///
/// The details are given only to one who presented the whole secret.
public struct Verification: Codable, Hashable, Sendable {
    /// Whether the key is good, in the workspace asked about and for the scopes asked for.
    public var valid: Bool
    /// `valid`, or why not.
    public var code: Code
    /// The key's id.
    public var keyId: String?
    /// Its workspace.
    public var workspace: String?
    /// Its name.
    public var name: String?
    /// Its owner.
    public var owner: Owner?
    /// Its scopes.
    public var scopes: [String]?
    /// Its metadata, as it was written.
    public var metadata: JSONText?
    /// When it expires.
    public var expiresAt: Timestamp?
    /// What holds of it beside: `retiring`, `expiring`, `stale`.
    public var warnings: [Warning]

    public init(
        valid: Bool, code: Code, keyId: String? = nil, workspace: String? = nil, name: String? = nil,
        owner: Owner? = nil, scopes: [String]? = nil, metadata: JSONText? = nil, expiresAt: Timestamp? = nil,
        warnings: [Warning] = []
    ) {
        self.valid = valid
        self.code = code
        self.keyId = keyId
        self.workspace = workspace
        self.name = name
        self.owner = owner
        self.scopes = scopes
        self.metadata = metadata
        self.expiresAt = expiresAt
        self.warnings = warnings
    }

    /// The outcome of a verification.
    public struct Code: Word {
        /// The word as it stands on the wire.
        public var rawValue: String
        /// Takes any word; one that this build does not know is kept as it is.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The key is good.
        public static let valid = Code(rawValue: "valid")
        /// Not a key, or one that was mistyped or cut off: its checksum says so.
        public static let malformed = Code(rawValue: "malformed")
        /// No such key in the workspace asked about.
        public static let notFound = Code(rawValue: "notFound")
        /// Ended by decision; terminal.
        public static let revoked = Code(rawValue: "revoked")
        /// Replaced, and its grace is over; terminal.
        public static let superseded = Code(rawValue: "superseded")
        /// Its expiry has been reached; terminal.
        public static let expired = Code(rawValue: "expired")
        /// Stopped until somebody enables it.
        public static let disabled = Code(rawValue: "disabled")
        /// The plan of the key's workspace has no API access.
        public static let upgradeRequired = Code(rawValue: "upgradeRequired")
        /// The key is good, but does not hold every scope asked for.
        public static let insufficientScope = Code(rawValue: "insufficientScope")

        /// Every word that this build knows.
        public static let known: [Code] = [
            .valid, .malformed, .notFound, .revoked, .superseded, .expired, .disabled, .upgradeRequired,
            .insufficientScope,
        ]
    }
}
