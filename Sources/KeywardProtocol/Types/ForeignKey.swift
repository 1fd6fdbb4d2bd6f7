/// What keys to import bring.
public struct ImportForm: Word {
    /// The word in the protocol.
    public var rawValue: String
    /// Accepts any word; one that this build does not know is kept unchanged.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The secret itself.
    public static let secret = ImportForm(rawValue: "secret")
    /// SHA-256 of the whole secret.
    public static let sha256 = ImportForm(rawValue: "sha256")
    /// SHA-256 of the text after the last `_`, and the segment before it, as prefixed-api-key stores them.
    public static let seam = ImportForm(rawValue: "seam")

    /// Every word that this build knows.
    public static let known: [ImportForm] = [.secret, .sha256, .seam]
}

/// A key to import: its secret or a digest, and the members of a new key.
public struct ForeignKey: Codable, Sendable {
    /// A slug of purpose and environment, unique among the workspace's live keys.
    public var name: String
    /// With `secret`: 16 to 512 printable ASCII characters.
    public var secret: String?
    /// With `sha256` and `seam`: SHA-256 as 64 hexadecimal digits or as Base64.
    public var digest: String?
    /// With `seam`: the segment before the last `_` of the secret.
    public var shortToken: String?
    /// The public start of the secret, for people; with `secret` it is derived if it is not given.
    public var foreignPrefix: String?
    /// The first instant at which the key no longer verifies.
    public var expiresAt: Timestamp?
    /// The technical owner.
    public var owner: Owner?
    /// What the key is for.
    public var purpose: String?
    /// What it may be used for; at most 64.
    public var scopes: [String]?
    /// A JSON object of your own, at most 4 KiB.
    public var metadata: JSONText?
    /// At most 8 limits of its own.
    package var limits: [LimitTerms]?
    /// A balance of its own.
    package var credits: CreditTerms?
    /// A budget that it draws on.
    public var budget: String?
    /// 1 to 32 blocks of addresses, for whose clients alone it verifies.
    public var addresses: [String]?

    public init(
        name: String, secret: String? = nil, digest: String? = nil, shortToken: String? = nil,
        foreignPrefix: String? = nil, expiresAt: Timestamp? = nil, owner: Owner? = nil, purpose: String? = nil,
        scopes: [String]? = nil, metadata: JSONText? = nil, budget: String? = nil, addresses: [String]? = nil
    ) {
        self.name = name
        self.secret = secret
        self.digest = digest
        self.shortToken = shortToken
        self.foreignPrefix = foreignPrefix
        self.expiresAt = expiresAt
        self.owner = owner
        self.purpose = purpose
        self.scopes = scopes
        self.metadata = metadata
        self.budget = budget
        self.addresses = addresses
    }
}

extension ForeignKey {
    /// What a native key would be created with.
    package var terms: CreateKey.Params {
        CreateKey.Params(
            name: name, expiresAt: expiresAt, owner: owner, purpose: purpose, scopes: scopes, metadata: metadata,
            limits: limits, credits: credits, budget: budget, addresses: addresses)
    }
}

extension ForeignKey: CustomStringConvertible, CustomReflectable {
    /// Does not show the secret.
    public var description: String { "a foreign key" }
    /// Does not show the secret.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// What an import did with one key.
public struct ImportedRow: Codable, Hashable, Sendable {
    /// What happened.
    public var outcome: Outcome
    /// With `created` the new key, with `exists` the one that was there; `nil` if a dry run would create it.
    public var key: Key?
    /// With `refused`, the reason.
    public var error: RowRefusal?
    /// With `created`, what the caller should know.
    public var warnings: [Warning]

    public init(_ outcome: Outcome, key: Key? = nil, error: RowRefusal? = nil, warnings: [Warning] = []) {
        self.outcome = outcome
        self.key = key
        self.error = error
        self.warnings = warnings
    }

    /// What happened to a key.
    public struct Outcome: Word {
        /// The word in the protocol.
        public var rawValue: String
        /// Accepts any word; one that this build does not know is kept unchanged.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// It was imported.
        public static let created = Outcome(rawValue: "created")
        /// The workspace has a key with this secret; nothing was changed.
        public static let exists = Outcome(rawValue: "exists")
        /// Another workspace has a key with this secret.
        public static let conflict = Outcome(rawValue: "conflict")
        /// It was not imported; see `error`.
        public static let refused = Outcome(rawValue: "refused")

        /// Every word that this build knows.
        public static let known: [Outcome] = [.created, .exists, .conflict, .refused]
    }
}

/// Why one key of a call was refused, with the members of an error.
public struct RowRefusal: Codable, Hashable, Sendable {
    /// What went wrong, for programs: the word of an error's code.
    public var code: String
    /// What went wrong and what to do, for people.
    public var message: String
    /// The member at fault, if it is one.
    public var param: String?

    public init(code: String, message: String, param: String? = nil) {
        self.code = code
        self.message = message
        self.param = param
    }
}
