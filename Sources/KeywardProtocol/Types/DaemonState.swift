/// Whether the daemon can verify, and change.
public struct DaemonState: Word {
    public var rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Verifies and changes.
    public static let ready = DaemonState(rawValue: "ready")
    /// Verifies; the store cannot write now.
    public static let readOnly = DaemonState(rawValue: "readOnly")
    /// Is on its way out.
    public static let draining = DaemonState(rawValue: "draining")

    public static let known: [DaemonState] = [.ready, .readOnly, .draining]
}
