/// Why the gateway does not start: sentences with the remedy, each a line, and the exit status.
struct GatewayFault: Error {
    /// The exit status (sysexits(3)).
    enum Status: Int32 {
        case usage = 64
        /// A system call failed.
        case system = 71
        /// A restart does not help; the unit names it in RestartPreventExitStatus=.
        case configuration = 78
    }

    var lines: [String]
    var status: Status

    init(_ message: String, _ status: Status) {
        self.init([message], status)
    }

    init(_ lines: [String], _ status: Status) {
        (self.lines, self.status) = (lines, status)
    }

    var message: String { lines.joined(separator: " ") }
}
