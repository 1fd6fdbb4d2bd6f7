import Dispatch
import Glibc
import KeywardCore
import KeywardTesting
import Synchronization
import Testing

@testable import KeywardServer

@Suite struct PriorityTests {
    @Test func readsRunBelowTheEventLoops() throws {
        let services = try InMemoryDaemon().server.services
        let (nice, done) = (Seen(), DispatchSemaphore(value: 0))
        services.reads.add(of: 1) {
            nice.note()
            done.signal()
        }
        done.wait()
        #expect(nice.value.withLock { $0 } == 10)
    }

    @Test func changesAreCommittedBelowTheEventLoops() throws {
        let services = try InMemoryDaemon().server.services
        let (nice, done) = (Seen(), DispatchSemaphore(value: 0))
        let operation = Operations.CreateKey(name: "gateway", using: SeededGenerator(seed: 1))
        services.changes.make(operation, by: Peer.root.credentials) { _, _ in
            nice.note()
            done.signal()
        }
        done.wait()
        #expect(nice.value.withLock { $0 } == 15)
    }

    private final class Seen: Sendable {
        let value = Mutex<Int32>(0)

        func note() { value.withLock { $0 = getpriority(Int32(PRIO_PROCESS.rawValue), 0) } }
    }
}
