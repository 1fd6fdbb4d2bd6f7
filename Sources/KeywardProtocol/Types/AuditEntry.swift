/// One entry of the audit chain: who did what to which key, and when.
public struct AuditEntry: Codable, Hashable, Sendable {
    /// 1, 2, 3, … without gaps.
    public var seq: Int
    /// The instant of the decision.
    public var at: Timestamp
    /// The account that acted; the daemon's own account for its own actions.
    public var actor: Account
    /// `key.created`, `key.revoked`, `member.granted`, …
    public var action: String
    /// The workspace concerned, if any.
    public var workspace: String?
    /// The key concerned, if any.
    public var keyId: String?
    /// An object with the details of the action.
    public var details: JSONText
    /// HMAC-SHA-256 over this entry and the hash before it, 64 hexadecimal digits.
    public var hash: String

    public init(
        seq: Int, at: Timestamp, actor: Account, action: String, workspace: String?, keyId: String?,
        details: JSONText, hash: String
    ) {
        self.seq = seq
        self.at = at
        self.actor = actor
        self.action = action
        self.workspace = workspace
        self.keyId = keyId
        self.details = details
        self.hash = hash
    }
}
