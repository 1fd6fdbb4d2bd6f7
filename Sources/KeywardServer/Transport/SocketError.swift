import KeywardBase

/// Why a socket cannot be served.
package enum SocketError: Error, Hashable, Sendable, CustomStringConvertible {
    /// `sockaddr_un` has space for 107 bytes (unix(7)).
    case pathTooLong(String)
    /// A daemon listens on that path.
    case inUse(String)
    /// Something other than a dead socket is at that path; it is not removed.
    case occupied(String)
    /// An inherited descriptor is not a listening stream socket of AF_UNIX.
    case notAListener(Int32)
    case system(call: String, errno: Int32)

    package var description: String {
        switch self {
        case .pathTooLong(let path):
            "the socket path is \(path.utf8.count) bytes long, and a Unix socket's path has at most 107: \(path)"
        case .inUse(let path): "another daemon answers on \(path)"
        case .occupied(let path): "\(path) exists and is no socket; remove it, or choose another path"
        case .notAListener(let number): "descriptor \(number) is no listening Unix stream socket"
        case .system(let call, let number): "\(call): \(systemMessage(number))"
        }
    }
}

extension SocketError {
    /// Returns the result of `body`; a failed system call in it becomes the error.
    static func translating<R: ~Copyable>(_ body: () throws(SystemCallError) -> R) throws(SocketError) -> R {
        do {
            return try body()
        } catch {
            throw .system(call: error.call, errno: error.number)
        }
    }
}
