import Glibc
import KeywardClient
import KeywardTesting
import Synchronization
import Testing

/// Restarts under load, with sockets that stay open as under a service manager.
struct RestartTests {
    /// The results of the clients.
    private final class Tally: Sendable {
        struct Counts {
            var verified = 0
            var created: [String] = []
            var lost: [String] = []
            var faults: [String] = []
        }

        let counts = Mutex(Counts())
        let isOver = Atomic(false)
    }

    @Test func noVerificationFailsAndNoAcknowledgedChangeIsLost() async throws {
        let sockets = try HeldSockets()
        var daemon = try sockets.start()
        let admin = try KeywardClient(socket: sockets.admin, timeout: .seconds(60))
        let secret = try await admin.createKey(named: "staging-api").secret.reveal()
        let tally = Tally()
        let (adminSocket, verifySocket) = (sockets.admin, sockets.verify)
        try await withThrowingTaskGroup { group in
            for index in 0..<8 { group.addTask { try await Self.verify(secret, on: verifySocket, index, tally) } }
            for index in 0..<4 { group.addTask { try await Self.create(on: adminSocket, index, tally) } }
            for round in 1...5 {
                while tally.counts.withLock({ $0.verified < round * 200 || $0.created.count < round * 20 }) {
                    await Task.yield()
                }
                #expect(daemon.end(by: SIGTERM).exit == 0, "\(daemon.text)")
                daemon = try sockets.start()
            }
            tally.isOver.store(true, ordering: .releasing)
            try await group.waitForAll()
        }
        let counts = tally.counts.withLock { $0 }
        #expect(counts.faults == [])
        let key = try await admin.key("staging-api")
        // A repeated verification may have been counted twice; an answered one was counted.
        #expect(key.usageCount >= counts.verified)
        for name in counts.created { _ = try await admin.key(name) }
        #expect(daemon.end(by: SIGTERM).exit == 0)
    }

    private static func verify(_ secret: String, on socket: String, _ index: Int, _ tally: Tally) async throws {
        let client = try KeywardClient(socket: socket, timeout: .seconds(60))
        while !tally.isOver.load(ordering: .acquiring) {
            do {
                let isValid = try await client.verify(secret).valid
                tally.counts.withLock { counts in
                    counts.verified += 1
                    if !isValid { counts.faults.append("\(index): refused") }
                }
            } catch {
                tally.counts.withLock { $0.faults.append("\(index): \(error)") }
                return
            }
        }
    }

    /// The client never repeats a change whose reply was lost; it reports it.
    private static func create(on socket: String, _ index: Int, _ tally: Tally) async throws {
        let client = try KeywardClient(socket: socket, timeout: .seconds(60))
        var number = 0
        while !tally.isOver.load(ordering: .acquiring) {
            number += 1
            let name = "staging-\(index)-\(number)"
            do {
                _ = try await client.createKey(named: name)
                tally.counts.withLock { $0.created.append(name) }
            } catch .connectionLost {
                tally.counts.withLock { $0.lost.append(name) }
            } catch {
                tally.counts.withLock { $0.faults.append("\(index): \(error)") }
                return
            }
        }
    }
}
