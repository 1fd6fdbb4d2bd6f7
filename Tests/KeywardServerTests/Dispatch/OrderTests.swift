import KeywardCore
import KeywardProtocol
import Testing

@testable import KeywardServer

@Suite struct OrderTests {
    @Test func repliesComeInTheOrderOfTheRequestsWhateverTheyAre() throws {
        let daemon = try InMemoryDaemon()
        let key = try daemon.secret("a")
        let kinds = [
            #""method":"keys.verify","params":{"key":"\#(key)"}"#, #""method":"system.ping""#,
            #""method":"keys.list""#, #""method":"keys.verify","params":{"key":"x"}"#, #""method":"nothing""#,
            #""method":"keys.update","params":{"key":"a","purpose":"p"}"#, #""method":"keys.verify""#,
            #""method":"rpc.discover""#,
        ]
        for socket in [ServedSocket.verify, .admin] {
            var random = Seeded(5)
            let order = (0..<60).map { _ in kinds.randomElement(using: &random) ?? "" }
            var lines: [String] = []
            for (number, kind) in order.enumerated() {
                lines.append(#"{"jsonrpc":"2.0","id":\#(number),\#(kind)}"#)
                // A call without a reply changes nothing.
                if number % 7 == 0 { lines.append(#"{"jsonrpc":"2.0",\#(kind)}"#) }
                if number % 11 == 0 { lines.append("  ") }
            }
            let talk = try daemon.talk(on: socket)
            #expect(try talk.ask(lines).map(\.["id"].int) == Array(0..<60))
            // In one piece, and byte by byte: the same.
            #expect(try talk.ask(lines[0])["id"].int == 0)
        }
    }

    @Test func aBatchIsAnsweredInItsOrderByOneLine() throws {
        let daemon = try InMemoryDaemon()
        let line = """
            [{"jsonrpc":"2.0","id":1,"method":"keys.create","params":{"name":"a"}},\
            {"jsonrpc":"2.0","id":2,"method":"keys.get","params":{"key":"a"}},\
            {"jsonrpc":"2.0","method":"keys.revoke","params":{"key":"a","reason":"other"}},\
            {"jsonrpc":"2.0","id":3,"method":"system.ping"},{"jsonrpc":"2.0","id":4,"method":"nothing"},\
            {"jsonrpc":"2.0","id":5,"method":"keys.disable","params":{"key":"a"}},7,\
            {"jsonrpc":"2.0","id":6,"method":"keys.list","params":{}}]
            """
        let replies = try daemon.talk().ask([line, #"{"jsonrpc":"2.0","id":9,"method":"system.ping"}"#])
        #expect(replies.count == 2 && replies[1]["id"].int == 9)
        #expect(replies[0].items.map(\.["id"].int) == [1, 2, 3, 4, 5, nil, 6])
        #expect(replies[0][1]["result"]["key"]["status"] == "unused")
        #expect(replies[0][4]["result"]["key"]["status"] == "disabled")
        #expect(replies[0][6]["result"]["keys"][0]["status"] == "disabled")
    }

    @Test(arguments: [(1, true), (100, true), (101, false)])
    func aBatchHasAtMost100Requests(count: Int, fits: Bool) throws {
        let requests = (0..<count).map { #"{"jsonrpc":"2.0","id":\#($0),"method":"keys.verify","params":{"key":"x"}}"# }
        let reply = try InMemoryDaemon().talk(on: .verify).ask("[\(requests.joined(separator: ","))]")
        #expect(reply.items.map(\.["id"].int) == (fits ? Array(0..<count) : []))
        #expect(reply["error"]["data"]["code"].string == (fits ? nil : "batchTooLarge"))
        #expect(reply["error"]["data"]["limit"].int == (fits ? nil : 100))
    }

    @Test func whatDoesNotFitIntoABatchsReplyIsNotTold() throws {
        let daemon = try InMemoryDaemon()
        let filler = String(repeating: "x", count: 4_000)
        for number in 0..<60 {
            _ = try daemon.secret("key-\(number)", #","metadata":{"filler":"\#(filler)"}"#)
        }
        let id = try daemon.call("keys.get", #"{"key":"key-0"}"#)["key"]["id"].text
        var requests = (0..<45).map { #"{"jsonrpc":"2.0","id":\#($0),"method":"keys.list"}"# }
        requests.append(#"{"jsonrpc":"2.0","id":45,"method":"system.ping"}"#)
        requests.append(#"{"jsonrpc":"2.0","id":46,"method":"keys.revoke","params":{"key":"key-0","reason":"other"}}"#)
        let line = try daemon.talk().say("[\(requests.joined(separator: ","))]\n")[0]
        #expect(line.utf8.count <= 8 << 20 + 64 << 10)
        let replies = try JSON(parsing: line).items
        let sweepMarks = replies.prefix { $0["error"] == .null }
        #expect((30..<45).contains(sweepMarks.count))
        for reply in replies[sweepMarks.count..<45] { #expect(reply["error"]["data"]["code"] == "limitExceeded") }
        // The reply to a change says whether it was made.
        let status = try daemon.call("keys.get", #"{"key":"\#(id)"}"#)["key"]["status"]
        #expect((replies[46]["error"] == .null) == (status == "revoked"))
    }

    @Test func aNotificationRunsNothing() throws {
        let daemon = try InMemoryDaemon()
        let secret = try daemon.secret("a")
        let before = daemon.store.writes.commits
        for method in MethodTable.methods.map({ $0.name }) {
            for params in [#"{"key":"a","reason":"other"}"#, #"{"name":"b"}"#, #"{"key":"\#(secret)"}"#, "{}", "[1]"] {
                let line = #"{"jsonrpc":"2.0","method":"\#(method)","params":\#(params)}"#
                for socket in [ServedSocket.admin, .verify] {
                    #expect(try daemon.talk(on: socket).say("\(line)\n[\(line)]\n").isEmpty)
                }
            }
        }
        daemon.settle()
        #expect(daemon.store.writes.commits == before)
        let key = try daemon.call("keys.get", #"{"key":"a"}"#)["key"]
        #expect(key["status"] == "unused" && key["usageCount"].int == 0)
    }

    @Test func theFirstUseOfASuccessorIsStored() throws {
        let daemon = try InMemoryDaemon()
        _ = try daemon.secret("a")
        let secret = try daemon.call("keys.rotate", #"{"key":"a"}"#)["secret"].text
        _ = try daemon.talk(on: .verify).call("keys.verify", #"{"key":"\#(secret)"}"#)
        daemon.settle()
        #expect(daemon.store.contents.keys[2]?.origin?.firstUsedAt == daemon.clock.now)
        #expect(daemon.store.contents.keys[1]?.graceEndsAt == daemon.clock.now + .hours(24))
    }
}
