/// What a host does by itself as time goes by.
public struct SweepName: Word {
    /// The word as it stands on the wire.
    public var rawValue: String
    /// Takes any word; one that this build does not know is kept as it is.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Notes what has ended, and tells of what is about to.
    public static let expiry = SweepName(rawValue: "expiry")
    /// Marks, disables and revokes what nobody uses.
    public static let stale = SweepName(rawValue: "stale")
    /// Forgets what ended long ago.
    public static let retention = SweepName(rawValue: "retention")

    /// Every word that this build knows, in the order in which they are told of.
    public static let known: [SweepName] = [.expiry, .stale, .retention]
}
