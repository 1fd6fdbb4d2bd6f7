internal import Glibc
internal import KeywardBase

/// A system call on a file that failed.
struct FileFault: Error, Equatable, CustomStringConvertible {
    /// The operation, for example `open` or `fsync`.
    var operation: String
    var path: String
    var errno: Int32

    /// The reason as text: `cannot open: No such file or directory`.
    var explanation: String { "cannot \(operation): \(systemMessage(errno))" }

    /// `PATH: cannot open: No such file or directory`.
    var description: String { "\(path): \(explanation)" }

    /// The fault of the last failed call.
    static func last(_ operation: String, _ path: String) -> FileFault {
        FileFault(operation: operation, path: path, errno: Glibc.errno)
    }
}
