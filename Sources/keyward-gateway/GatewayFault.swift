/// Why the gateway does not start: a sentence with the remedy, and the exit status.
struct GatewayFault: Error {
    /// The exit status (sysexits(3)).
    enum Status: Int32 {
        case usage = 64
        /// A system call failed.
        case system = 71
        /// A restart does not help; the unit names it in RestartPreventExitStatus=.
        case configuration = 78
    }

    var message: String
    var status: Status

    init(_ message: String, _ status: Status) {
        (self.message, self.status) = (message, status)
    }
}
