/// A future action of a sweep on a key, if nobody uses or changes the key before.
public struct ForeseenAction: Codable, Hashable, Sendable {
    /// When the action is due; the next run performs it.
    public var at: Timestamp
    /// As in the audit trail: `key.expiring`, `key.expired`, `key.stale`, `key.disabled`, …
    public var action: String
    /// The key's id.
    public var keyId: String
    /// The key's name.
    public var name: String
    /// The key's public prefix.
    public var prefix: String
    /// The key's workspace.
    public var workspace: String

    public init(at: Timestamp, action: String, keyId: String, name: String, prefix: String, workspace: String) {
        self.at = at
        self.action = action
        self.keyId = keyId
        self.name = name
        self.prefix = prefix
        self.workspace = workspace
    }
}
