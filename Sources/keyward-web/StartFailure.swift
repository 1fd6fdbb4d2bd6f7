internal import KeywardClient

/// Why the screen was not started, with the exit status of `keyward`.
struct StartFailure: Error {
    var message: String
    var status: Int32

    /// The arguments cannot be used.
    static let usage: Int32 = 3

    init(_ message: String, status: Int32 = 1) {
        (self.message, self.status) = (message, status)
    }

    init(_ error: KeywardError) {
        var status: Int32 = 2
        if case .unreachable(let unreachable) = error {
            switch unreachable.reason {
            case .permissionDenied, .privateSocket: status = 4
            default: break
            }
        }
        self.init(error.description, status: status)
    }
}
