import Glibc
import Testing

@testable import KeywardBase

/// The common ground of all targets: a wakeup, a thread, an address, an error's text.
struct WakeupTests {
    private func isReadable(_ descriptor: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, 0) == 1
    }

    @Test func aSignalLastsUntilItIsCleared() throws {
        let wakeup = try Wakeup()
        #expect(!isReadable(wakeup.descriptor))
        wakeup.signal()
        wakeup.signal()
        #expect(isReadable(wakeup.descriptor))
        wakeup.clear()
        #expect(!isReadable(wakeup.descriptor))
        wakeup.clear()
    }
}
