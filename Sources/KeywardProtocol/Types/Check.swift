/// A check that the caller must confirm with `confirm: true`: one of `data.checks` of `confirmationRequired`.
public struct Check: Codable, Hashable, Sendable {
    /// A fixed word: `recentlyUsed`, `replacementUnused`, `productionRotation`, …
    public var check: String
    /// The facts, as a sentence for the person who decides.
    public var message: String
    /// When the key was last used, for a check about that.
    public var lastUsedAt: Timestamp?
    /// The account that used it.
    public var lastUsedBy: Account?
    /// The number of uses within the last 24 hours.
    public var usesLastDay: Int?
    /// The owner to inform.
    public var owner: Owner?
    /// The number of keys concerned.
    public var keys: Int?
    /// The other key of the rotation.
    public var other: KeyState?
    /// With `otherEndContinues`, when that key ends by itself; `nil` is never. With `noVerifyingKey`, the instant from
    /// which no key of the name verifies.
    public var until: Timestamp?
    /// With `closesWorkspace`, the accounts that verified its keys within the last 24 hours.
    public var accounts: [Account]?

    public init(
        check: String, message: String, lastUsedAt: Timestamp? = nil, lastUsedBy: Account? = nil,
        usesLastDay: Int? = nil, owner: Owner? = nil, keys: Int? = nil, other: KeyState? = nil, until: Timestamp? = nil,
        accounts: [Account]? = nil
    ) {
        self.check = check
        self.message = message
        self.lastUsedAt = lastUsedAt
        self.lastUsedBy = lastUsedBy
        self.usesLastDay = usesLastDay
        self.owner = owner
        self.keys = keys
        self.other = other
        self.until = until
        self.accounts = accounts
    }
}
