import Glibc
import Synchronization
import Testing

@testable import KeywardBase

struct NamedThreadTests {
    @Test func aThreadHasItsNameAndHasEndedWhenItIsJoined() throws {
        let name = Mutex("")
        let thread = try NamedThread("sixteen-letters-") {
            guard let file = fopen("/proc/thread-self/comm", "r") else { return }
            defer { fclose(file) }
            var text = [CChar](repeating: 0, count: 32)
            fgets(&text, 32, file)
            name.withLock { $0 = String(decoding: text.prefix { $0 > 32 }.map(UInt8.init), as: UTF8.self) }
        }
        thread.join()
        #expect(name.withLock { $0 } == "sixteen-letters")
    }
}
