import Glibc

/// A file descriptor that is closed when its owner goes.
package struct Descriptor: ~Copyable, Sendable {
    package let number: Int32

    /// Takes over an open descriptor.
    package init(owning number: Int32) {
        self.number = number
    }

    /// Takes over what a system call returned.
    package init(_ number: Int32, from call: StaticString) throws(SystemCallError) {
        if number < 0 { throw SystemCallError("\(call)", errno) }
        self.number = number
    }

    /// Gives it up, still open, to another owner.
    package consuming func release() {
        discard self
    }

    deinit {
        close(number)
    }
}
