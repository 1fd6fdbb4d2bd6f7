/// A periodic job of the daemon.
public struct SweepName: Word {
    /// The word in the protocol.
    public var rawValue: String
    /// Accepts any word; an unknown one is kept.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Records what has ended, and warns of coming ends.
    public static let expiry = SweepName(rawValue: "expiry")
    /// Marks, disables and revokes unused keys.
    public static let stale = SweepName(rawValue: "stale")
    /// Deletes keys that ended long ago.
    public static let retention = SweepName(rawValue: "retention")

    /// Every known word, in display order.
    public static let known: [SweepName] = [.expiry, .stale, .retention]
}
