import Testing

@testable import KeywardServer

/// The composition.
@Suite struct ServerTests {
    @Test func ofAServerThatIsLetGoNoPartIsLeft() throws {
        weak var sweeps: SweepScheduler?
        weak var queue: MaintenanceQueue?
        weak var services: CallServices?
        do {
            let daemon = try InMemoryDaemon()
            (sweeps, queue, services) = (daemon.server.sweeps, daemon.server.queue, daemon.server.services)
            #expect(sweeps != nil && queue != nil && services != nil)
        }
        #expect(sweeps == nil && queue == nil && services == nil)
    }
}
