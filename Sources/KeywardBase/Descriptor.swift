import Glibc

/// A file descriptor that is closed when its owner is destroyed.
package struct Descriptor: ~Copyable, Sendable {
    package let number: Int32

    /// Takes ownership of an open descriptor.
    package init(owning number: Int32) {
        self.number = number
    }

    /// Takes ownership of the descriptor that a system call returned.
    package init(_ number: Int32, from call: StaticString) throws(SystemCallError) {
        if number < 0 { throw SystemCallError("\(call)", errno) }
        self.number = number
    }

    /// Releases the descriptor, still open, to another owner.
    package consuming func release() {
        discard self
    }

    deinit {
        close(number)
    }
}
