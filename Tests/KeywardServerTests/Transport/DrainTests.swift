import Dispatch
import Foundation
import Glibc
import KeywardBase
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
        let folder = ShortFolder()
        let server = try SocketServer(
            listener: Listener(path: folder.path + "/s"), name: "twice", loops: 2, limits: .verify, refusals: .test,
            service: EchoService())
        // A thread that answers has its name.
        let answers = DispatchGroup()
        for part in server.parts {
            answers.enter()
            part.ask { answers.leave() }
        }
        answers.wait()
        #expect(try threads(named: "twice-") == ["twice-0", "twice-1", "twice-accept"])
        for _ in 0..<2 { server.beginDrain(within: 60_000) }
        for _ in 0..<2 { server.waitUntilAnswered() }
        for _ in 0..<2 { server.waitUntilDrained() }
        #expect(try threads(named: "twice-") == [])
        #expect(throws: SocketError.self) { _ = try SocketClient(folder.path + "/s") }
    }

    @Test func theFirstDeadlineDecides() throws {
        let server = try EchoServer()
        let client = try SocketClient(server.path)
        client.write("a\nnever\n")
        #expect(client.readLines(1) == "a\n")
        server.server.beginDrain(within: 1_400)
        server.server.beginDrain(within: 60_000)
        // The client waits 20 s at most.
        #expect(client.readAll() == "!down\n")
    }

    /// A server on which a line that begins with `never` subscribes, and gets an immediate reply.
    private func subscribing() throws -> EchoServer {
        let service = EchoService(whenDeferred: { _, token in
            PushChannel(to: token.address, whenCutOff: {}, whenClosed: {}).open()
            token.complete(Array("subscribed\n".utf8))
        })
        return try EchoServer(service: service)
    }

    @Test func isAnsweredWhileASubscriberWaitsForTheLastLines() throws {
        let server = try subscribing()
        let client = try SocketClient(server.path)
        client.write("never\n")
        #expect(client.readLines(1) == "subscribed\n")
        server.server.beginDrain(within: 60_000)
        server.server.waitUntilAnswered()
        #expect(server.server.connections == 1)
        server.server.endPushes()
        #expect(client.readAll() == "")
    }

    @Test func aSubscriberIsEndedShortlyBeforeTheDeadline() throws {
        let server = try subscribing()
        let client = try SocketClient(server.path)
        client.write("never\n")
        #expect(client.readLines(1) == "subscribed\n")
        server.server.beginDrain(within: 1_400)
        // All its requests were answered: the connection closes without a message.
        #expect(client.readAll() == "")
    }

    @Test func isAnsweredWhenACallIsGivenUp() throws {
        let server = try EchoServer()
        let client = try SocketClient(server.path)
        client.write("a\nnever\n")
        #expect(client.readLines(1) == "a\n")
        server.server.beginDrain(within: 1_400)
        server.server.waitUntilAnswered()
        #expect(client.readAll() == "!down\n")
    }

    /// The names of this process's threads with this prefix, in order.
    private func threads(named start: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")
            .compactMap { try? String(contentsOfFile: "/proc/self/task/\($0)/comm", encoding: .utf8) }
            .map { $0.trimmingCharacters(in: .newlines) }.filter { $0.hasPrefix(start) }.sorted()
    }

    private func limits(_ connections: Int) -> SocketLimits {
        SocketLimits(lineBytes: 65_536, connections: connections, connectionsPerUser: connections)
    }
}
