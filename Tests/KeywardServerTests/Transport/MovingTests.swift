import Dispatch
import KeywardTesting
import Synchronization
import Testing

@testable import KeywardServer

/// Connections that randomly move between real loops without pause.
struct MovingTests {
    private struct RandomSpread: ConnectionSpread {
        let serving: Int
        var random: SeededGenerator
        var window: Int64? { 0 }

        mutating func note(_ sample: LoopSample, of loop: Int) -> Move? {
            let to = (loop + .random(in: 1..<serving, using: &random)) % serving
            return Bool.random(using: &random)
                ? Move(which: .all, to: to) : Move(which: .active(.random(in: 1...3, using: &random)), to: to)
        }
    }

    private func server(seed: UInt64) throws -> EchoServer {
        try EchoServer(loops: 3, spread: RandomSpread(serving: 3, random: SeededGenerator(seed: seed)))
    }

    /// Sends several lines at once, some of them answered from another thread, and reads as many replies.
    private func talk(_ client: SocketClient, _ round: Int, _ random: inout SeededGenerator) -> (String, String?) {
        let lines = (0..<Int.random(in: 1...20, using: &random))
            .map { (Int.random(in: 0..<8, using: &random) == 0 ? "later " : "") + "\(round).\($0)\n" }
        client.write(lines.joined())
        return (lines.joined(), client.readLines(lines.count))
    }

    @Test func everyReplyArrivesInOrderWhileConnectionsMove() throws {
        let server = try server(seed: 1)
        let path = server.path
        let threads = Mutex<[Set<String>]>([])
        DispatchQueue.concurrentPerform(iterations: 12) { number in
            guard let client = try? SocketClient(path) else { return }
            var random = SeededGenerator(seed: UInt64(number))
            var seen: Set<String> = []
            for round in 0..<400 {
                let (sent, received) = talk(client, round, &random)
                #expect(received == sent)
                client.write("thread\n")
                seen.insert(client.readLines(1) ?? "")
            }
            threads.withLock { $0.append(seen) }
        }
        let seen = threads.withLock { $0 }
        #expect(seen.count == 12 && seen.allSatisfy { $0.count == 3 })
    }

    /// Lines sent before the drain are answered, even while the connection moves.
    @Test(arguments: 0..<20) func aDrainAnswersConnectionsThatAreBeingMoved(seed: UInt64) throws {
        let server = try server(seed: seed)
        var random = SeededGenerator(seed: seed)
        let clients = try (0..<16).map { _ in try SocketClient(server.path) }
        for client in clients { _ = talk(client, 0, &random) }
        for (number, client) in clients.enumerated() { client.write("a\(number)\nlater b\n") }
        server.server.beginDrain(within: 10_000)
        for (number, client) in clients.enumerated() { #expect(client.readAll() == "a\(number)\nlater b\n") }
        server.server.waitUntilDrained()
        #expect(server.server.connections == 0)
    }
}
