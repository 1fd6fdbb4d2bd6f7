/// A pepper, without any of its bytes, and what it is needed for.
public struct PepperUse: Codable, Hashable, Sendable {
    /// Eight hexadecimal digits that tell it from others.
    public var id: String
    /// Whether new keys are made with it.
    public var current: Bool
    /// How many keys were made with it that are not over.
    public var liveKeys: Int

    /// Creates one.
    public init(id: String, current: Bool, liveKeys: Int) {
        self.id = id
        self.current = current
        self.liveKeys = liveKeys
    }
}
