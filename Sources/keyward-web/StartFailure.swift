internal import KeywardClient

/// Why the screen was not started, with the exit status of `keyward`.
struct StartFailure: Error {
    var message: String
    var status: Int32

    /// The arguments cannot be used.
    static let usage: Int32 = 3
    /// A restart does not help (EX_CONFIG of sysexits.h).
    static let configuration: Int32 = 78

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

extension KeywardClient {
    /// A client for pages, which do not wait longer than a person.
    static func forPages(_ socket: String) throws(StartFailure) -> KeywardClient {
        do {
            return try KeywardClient(socket: socket, timeout: .seconds(5))
        } catch {
            throw StartFailure(error)
        }
    }
}
