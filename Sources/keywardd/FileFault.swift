internal import Glibc
internal import KeywardBase

/// A system call on a file that failed.
struct FileFault: Error, Equatable, CustomStringConvertible {
    /// What was being done, `open` or `fsync` say.
    var operation: String
    var path: String
    var errno: Int32

    /// Why, in words: `cannot open: No such file or directory`.
    var explanation: String { "cannot \(operation): \(systemMessage(errno))" }

    /// `PATH: cannot open: No such file or directory`.
    var description: String { "\(path): \(explanation)" }

    /// The fault of the call that has just failed.
    static func last(_ operation: String, _ path: String) -> FileFault {
        FileFault(operation: operation, path: path, errno: Glibc.errno)
    }
}
