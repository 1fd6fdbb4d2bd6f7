import Glibc

/// The system's message for an error number, for example `No space left on device`.
package func systemMessage(_ number: Int32) -> String {
    String(cString: strerror(number))
}

/// A system call that failed.
package struct SystemCallError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The name of the system call.
    package var call: String
    /// The error number (errno(3)).
    package var number: Int32

    package init(_ call: String, _ number: Int32) {
        self.call = call
        self.number = number
    }

    package var description: String { "\(call): \(systemMessage(number))" }
}
