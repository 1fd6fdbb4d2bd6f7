/// A pepper, without any of its bytes, and the number of its keys.
public struct PepperUse: Codable, Hashable, Sendable {
    /// Eight hexadecimal digits that identify it.
    public var id: String
    /// Whether new keys use it.
    public var current: Bool
    /// The number of live keys that use it.
    public var liveKeys: Int

    public init(id: String, current: Bool, liveKeys: Int) {
        self.id = id
        self.current = current
        self.liveKeys = liveKeys
    }
}
