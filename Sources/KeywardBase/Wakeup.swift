import CLinux
import Glibc

/// An eventfd(2) that makes another thread's wait return.
package struct Wakeup: ~Copyable, Sendable {
    private let event: Descriptor

    package init() throws(SystemCallError) {
        event = try Descriptor(eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK)), from: "eventfd")
    }

    /// Readable from a signal until the next ``clear()``.
    package var descriptor: Int32 { event.number }

    /// Ends the current wait, or the next one. Thread-safe.
    package func signal() {
        eventfd_write(event.number, 1)
    }

    /// Resets the signals.
    package func clear() {
        var count: eventfd_t = 0
        eventfd_read(event.number, &count)
    }
}
