/// The verifications of a key within one hour or day.
public struct UsageBucket: Codable, Hashable, Sendable {
    /// The start of the hour or of the day, UTC.
    public var start: Timestamp
    /// Verifications answered `valid`.
    public var valid: Int
    /// Verifications refused.
    public var refused: Int

    public init(start: Timestamp, valid: Int, refused: Int) {
        self.start = start
        self.valid = valid
        self.refused = refused
    }
}

/// The share of one local account in a key's valid verifications.
public struct PeerUsage: Codable, Hashable, Sendable {
    /// The account's number.
    public var uid: UInt32
    /// Its login, if there is one now.
    public var user: String?
    /// Verifications answered `valid`.
    public var valid: Int
    /// The time of the last one.
    public var lastUsedAt: Timestamp

    public init(uid: UInt32, user: String?, valid: Int, lastUsedAt: Timestamp) {
        self.uid = uid
        self.user = user
        self.valid = valid
        self.lastUsedAt = lastUsedAt
    }
}

/// Refusals of a key for one reason, to one account, within one hour or day.
public struct RefusalUsage: Codable, Hashable, Sendable {
    /// The start of the hour or of the day, UTC.
    public var start: Timestamp
    /// The answer of these verifications.
    public var code: Verification.Code
    /// The number of the account that asked.
    public var uid: UInt32
    /// Its login, if there is one now.
    public var user: String?
    /// The number of refusals.
    public var count: Int
    /// The time of the last one.
    public var lastAt: Timestamp

    public init(
        start: Timestamp, code: Verification.Code, uid: UInt32, user: String?, count: Int, lastAt: Timestamp
    ) {
        self.start = start
        self.code = code
        self.uid = uid
        self.user = user
        self.count = count
        self.lastAt = lastAt
    }
}
