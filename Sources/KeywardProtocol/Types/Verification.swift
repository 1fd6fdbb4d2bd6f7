/// The answer to the question whether a key is valid now.
///
/// Only a caller that presented the whole secret gets the details.
public struct Verification: Codable, Hashable, Sendable {
    /// Whether the key is valid, in the requested workspace and for the requested scopes.
    public var valid: Bool
    /// `valid`, or the reason why not.
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
    /// Its metadata, as written.
    public var metadata: JSONText?
    /// When it expires.
    public var expiresAt: Timestamp?
    /// Conditions of a valid key: `retiring`, `expiring`, `stale`.
    public var warnings: [Warning]
    /// With `insufficientScope`: the requested scopes that it lacks, or the fewest of a set of `anyOf`.
    public var missing: [String]?
    /// The limits that were looked at, if there are any.
    public var limits: [LimitState]?
    /// The key's credits, if it has any.
    public var credits: CreditState?
    /// With `rateLimited` and `creditsExhausted`: when the same cost can be spent; `nil` is never.
    public var retryAfterSeconds: Int?

    public init(
        valid: Bool, code: Code, keyId: String? = nil, workspace: String? = nil, name: String? = nil,
        owner: Owner? = nil, scopes: [String]? = nil, metadata: JSONText? = nil, expiresAt: Timestamp? = nil,
        warnings: [Warning] = [], missing: [String]? = nil, limits: [LimitState]? = nil,
        credits: CreditState? = nil, retryAfterSeconds: Int? = nil
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
        self.missing = missing
        self.limits = limits
        self.credits = credits
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// The outcome of a verification.
    public struct Code: Word {
        /// The word in the protocol.
        public var rawValue: String
        /// Accepts any word; an unknown one is kept.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The key is valid.
        public static let valid = Code(rawValue: "valid")
        /// Not a key, or a mistyped or truncated one, by its checksum.
        public static let malformed = Code(rawValue: "malformed")
        /// The requested workspace has no such key.
        public static let notFound = Code(rawValue: "notFound")
        /// Revoked by a person or a sweep; permanent.
        public static let revoked = Code(rawValue: "revoked")
        /// Replaced, and its grace period is over; permanent.
        public static let superseded = Code(rawValue: "superseded")
        /// Its expiry has been reached; permanent.
        public static let expired = Code(rawValue: "expired")
        /// Stopped until somebody enables it.
        public static let disabled = Code(rawValue: "disabled")
        /// The plan of the key's workspace has no API access.
        public static let upgradeRequired = Code(rawValue: "upgradeRequired")
        /// The key is valid, but lacks a requested scope.
        public static let insufficientScope = Code(rawValue: "insufficientScope")
        /// The key is valid, but its cost exceeds what remains of a limit now.
        public static let rateLimited = Code(rawValue: "rateLimited")
        /// The key is valid, but its cost exceeds its credits.
        public static let creditsExhausted = Code(rawValue: "creditsExhausted")
        /// The key verifies for clients with certain addresses only, and this one has another, or an unknown one.
        public static let addressRefused = Code(rawValue: "addressRefused")

        /// Every known word.
        public static let known: [Code] = [
            .valid, .malformed, .notFound, .revoked, .superseded, .expired, .disabled, .upgradeRequired,
            .insufficientScope, .addressRefused, .rateLimited, .creditsExhausted,
        ]
    }
}
