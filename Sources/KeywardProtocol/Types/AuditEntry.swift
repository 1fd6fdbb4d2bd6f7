/// One link of the audit chain: who did what, when, to which key.
public struct AuditEntry: Codable, Hashable, Sendable {
    /// 1, 2, 3, … without a gap.
    public var seq: Int
    /// When it was decided.
    public var at: Timestamp
    /// Who; the daemon's own account for what it did by itself.
    public var actor: Account
    /// `key.created`, `key.revoked`, `member.granted`, …
    public var action: String
    /// The workspace that it concerns, if one.
    public var workspace: String?
    /// The key that it concerns, if one.
    public var keyId: String?
    /// An object with what the action was about.
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
