/// The id, prefix and status of one of several keys with the same name.
public struct KeyState: Codable, Hashable, Sendable {
    /// The key's id.
    public var keyId: String
    /// Its prefix.
    public var prefix: String
    /// Its status.
    public var status: Key.Status

    public init(keyId: String, prefix: String, status: Key.Status) {
        self.keyId = keyId
        self.prefix = prefix
        self.status = status
    }
}
