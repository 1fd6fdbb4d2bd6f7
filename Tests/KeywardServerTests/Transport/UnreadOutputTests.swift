import ConnectionDriver
import KeywardCore
import KeywardProtocol
import Testing

@testable import KeywardServer

/// Unread replies stay within a limit, for all connections together.
@Suite struct UnreadOutputTests {
    private static func discover(_ id: Int) -> String { #"{"jsonrpc":"2.0","id":\#(id),"method":"rpc.discover"}"# }

    private static func connection(to daemon: InMemoryDaemon) throws -> ConnectionDriver<RequestHandler> {
        let driven = try ConnectionDriver(
            ConnectionBounds(.verify), RequestHandler(daemon.server.services, on: .verify), .test)
        driven.buffer = 0
        return driven
    }

    @Test func anAccountThatReadsNothingHoldsItsShareAndLittleMore() throws {
        let daemon = try InMemoryDaemon()
        // A key with the largest possible number of bytes.
        let metadata = #"{"long":"\#(String(repeating: "x", count: 4_000))"}"#
        let secret = try daemon.secret("long", #","metadata":\#(metadata)"#)
        let line = #"{"jsonrpc":"2.0","id":1,"method":"keys.verify","params":{"key":"\#(secret)"}}"# + "\n"
        let lines = Array(String(repeating: line, count: 20).utf8)[...]
        var connections: [ConnectionDriver<RequestHandler>] = []
        for _ in 0..<120 {
            let driven = try Self.connection(to: daemon)
            for _ in 0..<10 { driven.feed(lines) }
            connections.append(driven)
        }
        let outputs = daemon.server.services.reads.outputs
        #expect(outputs.isUsedUp(by: 1))
        // Each has the replies of at least one read.
        #expect(outputs.total < OutputShares.mostOfUser + 120 * (100 << 10))
        connections = []
        #expect(outputs.total == 0)
    }

    @Test func aBatchGoesOnWhenItsRepliesAreRead() throws {
        let daemon = try InMemoryDaemon()
        let batch = "[" + (0..<15).map(Self.discover).joined(separator: ",") + "]"
        let talk = try daemon.talk(as: .gate, on: .verify)
        talk.begin(batch + "\n")
        daemon.settle()
        // Its reads wait, and so do its connection's replies.
        let held = daemon.server.services.reads.outputs.total
        #expect((ConnectionBounds.mostHeldOutput..<ConnectionBounds.mostHeldOutput + 128 << 10).contains(held))
        let reply = try JSON(parsing: #require(talk.replies().first))
        #expect(reply.items.map { $0["id"].int } == Array(0..<15))
        #expect(reply.items.allSatisfy { $0["result"]["openrpc"].string != nil })
        #expect(daemon.server.services.reads.outputs.total == 0)
    }

    @Test func aBatchWhoseClientLeavesEndsAndHoldsNothing() throws {
        let daemon = try InMemoryDaemon()
        let batch = "[" + (0..<15).map(Self.discover).joined(separator: ",") + "]"
        var talk: Talk? = try daemon.talk(as: .gate, on: .verify)
        talk?.begin(batch + "\n")
        daemon.settle()
        talk = nil
        daemon.settle()
        #expect(talk == nil && daemon.server.services.reads.outputs.total == 0)
    }

    @Test func anAccountThatHasUsedUpItsShareIsReadForLater() throws {
        let daemon = try InMemoryDaemon()
        let (outputs, user) = (daemon.server.services.reads.outputs, Peer.gate.credentials.uid)
        let hoarder = Requester(user: user, sharing: outputs)
        hoarder.hold(OutputShares.mostOfUser)
        let talk = try daemon.talk(as: .gate)
        talk.begin(#"{"jsonrpc":"2.0","id":1,"method":"system.status"}"# + "\n")
        #expect(try daemon.talk().call("system.status")["result"]["state"].string == "ready")
        #expect(!daemon.server.services.reads.isIdle)
        hoarder.leave()
        #expect(talk.replies().count == 1)
    }
}
