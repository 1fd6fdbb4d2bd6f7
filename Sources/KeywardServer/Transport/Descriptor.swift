import Glibc

/// A file descriptor that is closed when its owner goes.
package struct Descriptor: ~Copyable, Sendable {
    package let number: Int32

    /// Takes over an open descriptor.
    package init(owning number: Int32) {
        self.number = number
    }

    /// Takes over what a system call returned.
    init(_ number: Int32, from call: StaticString) throws(SocketError) {
        if number < 0 { throw .system(call: "\(call)", errno: errno) }
        self.number = number
    }

    /// Gives it up, still open, to another owner.
    consuming func release() {
        discard self
    }

    deinit {
        close(number)
    }
}
