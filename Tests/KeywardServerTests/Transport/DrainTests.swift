import Glibc
import Synchronization
import Testing

@testable import KeywardServer

/// The orderly stop.
@Suite struct DrainTests {
    @Test func endsFiveHundredConnectionsAndAnswersWhatTheyHaveSent() throws {
        let server = try EchoServer(limits(600))
        var clients = try (0..<500).map { _ in try SocketClient(server.path) } as [SocketClient?]
        let lines = (0..<500).map { $0 % 2 == 0 ? "a \($0)\n" : "later \($0)\n" }
        for (client, line) in zip(clients, lines) { client?.write(line) }
        server.waitForConnections(500)
        let start = MonotonicClock.now()
        server.server.beginDrain(within: 4_500)
        for index in 0..<500 {
            #expect(clients[index]?.readAll() == lines[index])
            clients[index] = nil
        }
        server.server.waitUntilDrained()
        #expect(MonotonicClock.now() - start < 5_000)
        #expect(server.server.connections == 0)
        #expect(access(server.path, F_OK) != 0)
    }

    @Test func waitsForADeferredReply() throws {
        let held = Mutex<ReplyToken?>(nil)
        let server = try EchoServer(
            service: EchoService(whenDeferred: { _, token in held.withLock { $0 = token } }))
        let client = try SocketClient(server.path)
        client.write("a\nlater\nb\n")
        #expect(client.readLines(1) == "a\n")
        server.server.beginDrain(within: 4_500)
        held.withLock { $0 }?.complete(Array("1\n".utf8))
        #expect(client.readAll() == "1\nb\n")
    }

    @Test func tellsAClientWhoseReplyDoesNotComeInTime() throws {
        let server = try EchoServer()
        let client = try SocketClient(server.path)
        client.write("a\nnever\n")
        #expect(client.readLines(1) == "a\n")
        server.server.beginDrain(within: 1_400)
        #expect(client.readAll() == "!down\n")
    }

    @Test func endsWithoutClientsAndMayBeToldTwice() throws {
        let server = try EchoServer()
        server.server.beginDrain(within: 1_000)
        server.server.beginDrain(within: 1_000)
        server.server.waitUntilDrained()
        server.server.waitUntilDrained()
    }

    private func limits(_ connections: Int) -> SocketLimits {
        SocketLimits(lineBytes: 65_536, connections: connections, connectionsPerUser: connections)
    }
}
