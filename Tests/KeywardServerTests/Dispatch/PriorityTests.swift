import Dispatch
import Glibc
import KeywardProtocol
import Synchronization
import Testing

@testable import KeywardServer

@Suite struct PriorityTests {
    @Test(arguments: [MethodContract.Work.change, .read]) func workRunsBelowTheEventLoops(work: MethodContract.Work)
        throws
    {
        let application = try InMemoryDaemon().application
        let (nice, done) = (Seen(), DispatchSemaphore(value: 0))
        application.submit(work) {
            nice.value.withLock { $0 = getpriority(Int32(PRIO_PROCESS.rawValue), 0) }
            return { done.signal() }
        }
        done.wait()
        #expect(nice.value.withLock { $0 } == 10)
    }

    private final class Seen: Sendable {
        let value = Mutex<Int32>(0)
    }
}
