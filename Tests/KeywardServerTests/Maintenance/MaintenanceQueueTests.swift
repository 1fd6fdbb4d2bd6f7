import Synchronization
import Testing

@testable import KeywardServer

@Suite struct MaintenanceQueueTests {
    private final class Steps: Sendable {
        private let list = Mutex<[String]>([])

        var all: [String] { list.withLock { $0 } }

        func add(_ step: String) { list.withLock { $0.append(step) } }
    }

    @Test func jobsRunInTheirOrderAndTheEndOfEachIsNoted() {
        let (queue, steps) = (MaintenanceQueue(), Steps())
        queue.whenJobEnds { steps.add("end") }
        queue.submit { steps.add("first") }
        queue.submit { steps.add("second") }
        queue.perform { steps.add("performed") }
        #expect(steps.all == ["first", "end", "second", "end", "performed"])
    }

    @Test func theLastJobFindsTheQueueOpenAndLaterOnesFindItClosed() {
        let (queue, steps) = (MaintenanceQueue(), Steps())
        @Sendable func note() { steps.add(queue.isClosed ? "closed" : "open") }
        queue.close(note)
        queue.submit(note)
        queue.perform(note)
        #expect(steps.all == ["open", "closed", "closed"])
    }
}
