/// Whether the daemon can verify keys and make changes.
public struct DaemonState: Word {
    /// The word in the protocol.
    public var rawValue: String
    /// Accepts any word; an unknown one is kept.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Verifies keys and makes changes.
    public static let ready = DaemonState(rawValue: "ready")
    /// Verifies keys; the store cannot write now.
    public static let readOnly = DaemonState(rawValue: "readOnly")
    /// Is shutting down.
    public static let draining = DaemonState(rawValue: "draining")

    /// Every word that this build knows.
    public static let known: [DaemonState] = [.ready, .readOnly, .draining]
}
