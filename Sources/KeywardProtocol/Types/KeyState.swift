/// One of the keys of a name, as they are told apart.
public struct KeyState: Codable, Hashable, Sendable {
    /// The key's id.
    public var keyId: String
    /// Its prefix, by which it can be named.
    public var prefix: String
    /// Its status.
    public var status: Key.Status

    /// Creates the state of a key.
    public init(keyId: String, prefix: String, status: Key.Status) {
        self.keyId = keyId
        self.prefix = prefix
        self.status = status
    }
}
