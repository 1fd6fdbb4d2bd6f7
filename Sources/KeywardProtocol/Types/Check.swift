/// A check that the caller must settle with `confirm: true`: one of `data.checks` of `confirmationRequired`.
public struct Check: Codable, Hashable, Sendable {
    /// A fixed word: `recentlyUsed`, `replacementUnused`, `productionRotation`, …
    public var check: String
    /// The facts, as a sentence to put before the person who decides.
    public var message: String
    /// When the key was last used, where that is the check.
    public var lastUsedAt: Timestamp?
    /// By whom.
    public var lastUsedBy: Account?
    /// How often within the last 24 hours.
    public var usesLastDay: Int?
    /// The owner to tell.
    public var owner: Owner?
    /// How many keys are concerned.
    public var keys: Int?
    /// The other key of the rotation.
    public var other: KeyState?
    /// With `otherEndContinues`, when that key ends by itself; `nil` is never. With `noVerifyingKey`, from when on no
    /// key of the name verifies.
    public var until: Timestamp?

    public init(
        check: String, message: String, lastUsedAt: Timestamp? = nil, lastUsedBy: Account? = nil,
        usesLastDay: Int? = nil, owner: Owner? = nil, keys: Int? = nil, other: KeyState? = nil, until: Timestamp? = nil
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
    }
}
