import Glibc

/// A system call on a file that failed.
package struct FileFault: Error, Equatable, CustomStringConvertible {
    /// The operation, for example `open` or `fsync`.
    package var operation: String
    package var path: String
    package var errno: Int32

    package init(operation: String, path: String, errno: Int32) {
        (self.operation, self.path, self.errno) = (operation, path, errno)
    }

    /// The reason as text: `cannot open: No such file or directory`.
    package var explanation: String { "cannot \(operation): \(systemMessage(errno))" }

    /// `PATH: cannot open: No such file or directory`.
    package var description: String { "\(path): \(explanation)" }

    /// The fault of the last failed call.
    package static func last(_ operation: String, _ path: String) -> FileFault {
        FileFault(operation: operation, path: path, errno: Glibc.errno)
    }
}
