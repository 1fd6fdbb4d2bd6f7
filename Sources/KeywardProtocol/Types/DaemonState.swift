/// Whether the daemon can verify, and change.
public struct DaemonState: Word {
    /// The word as it stands on the wire.
    public var rawValue: String
    /// Takes any word; one that this build does not know is kept as it is.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Verifies and changes.
    public static let ready = DaemonState(rawValue: "ready")
    /// Verifies; the store cannot write now.
    public static let readOnly = DaemonState(rawValue: "readOnly")
    /// Is on its way out.
    public static let draining = DaemonState(rawValue: "draining")

    /// Every word that this build knows.
    public static let known: [DaemonState] = [.ready, .readOnly, .draining]
}
