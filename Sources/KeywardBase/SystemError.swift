import Glibc

/// What the system calls an error number: `No space left on device`.
package func systemMessage(_ number: Int32) -> String {
    String(cString: strerror(number))
}

/// A system call that failed.
package struct SystemCallError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Its name.
    package var call: String
    /// As errno(3) has it.
    package var number: Int32

    package init(_ call: String, _ number: Int32) {
        self.call = call
        self.number = number
    }

    package var description: String { "\(call): \(systemMessage(number))" }
}
