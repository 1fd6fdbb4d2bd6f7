import KeywardCore
import KeywardProtocol
import Testing

@testable import KeywardServer

/// Limits that change while connections are open.
@Suite struct LimitChangeTests {
    private func limits(_ connections: Int, line: Int = 65_536, idle: Int? = nil) -> SocketLimits {
        var limits = SocketLimits(
            lineBytes: line, connections: connections, connectionsPerUser: connections, idleSeconds: idle)
        limits.reserved = 0
        return limits
    }

    @Test func moreConnectionsThanTheLoopsHadRoomForAreServed() throws {
        let server = try EchoServer(limits(2), loops: 1)
        let first = try (0..<2).map { _ in try SocketClient(server.path) }
        server.waitForConnections(2)
        #expect(try SocketClient(server.path).readAll() == "!full\n")
        server.server.adopt(limits(500), .test)
        let more = try (0..<498).map { _ in try SocketClient(server.path) }
        for (index, client) in (first + more).enumerated() {
            client.write("\(index)\n")
            #expect(client.readLines(1) == "\(index)\n")
        }
        #expect(try SocketClient(server.path).readAll() == "!full\n")
        // A lower limit closes no open connection, and admits none before enough have closed.
        server.server.adopt(limits(1), .test)
        #expect(try SocketClient(server.path).readAll() == "!full\n")
        first[0].write("still\n")
        #expect(first[0].readLines(1) == "still\n")
    }

    @Test func theNewRefusalsAreSaid() throws {
        let server = try EchoServer(limits(1))
        let only = try SocketClient(server.path)
        server.waitForConnections(1)
        var refusals = TransportRefusals.test
        refusals.tooManyConnections = Array("!now one\n".utf8)
        refusals.lineTooLong = Array("!now long\n".utf8)
        server.server.adopt(limits(1, line: 1_024), refusals)
        #expect(try SocketClient(server.path).readAll() == "!now one\n")
        only.write(String(repeating: "x", count: 1_025) + "\n")
        #expect(only.readAll() == "!now long\n")
    }

    @Test func aConnectionThatIsThereGetsTheNewTimes() throws {
        let server = try EchoServer(limits(2))
        let client = try SocketClient(server.path)
        client.write("a\n")
        #expect(client.readLines(1) == "a\n")
        server.server.adopt(limits(2, idle: 1), .test)
        #expect(client.readAll() == "")
    }

    @Test func aLineThatHasBegunIsHeldToTheNewLength() {
        var framer = LineFramer(limit: 100)
        let bytes = [UInt8](repeating: UInt8(ascii: "x"), count: 50)
        #expect(framer.next(in: bytes.span) == .incomplete)
        framer.limit = 40
        #expect(framer.next(in: bytes.span) == .tooLong)
    }

    @Test func refusalsAreCountedByTheLimitThatWasReached() {
        var one = limits(3)
        one.connectionsPerUser = 1
        let quota = ConnectionQuota(one, ownUser: 900)
        for user in [1, 1, 2, 3, 4, 4] as [UInt32] { _ = quota.admit(user) }
        #expect(quota.counters == SocketCounters(connections: 3, full: 2, overQuota: 1))
    }
}
