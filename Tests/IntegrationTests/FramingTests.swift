import KeywardTesting
import Testing

/// Lines, pipelines and batches over the real sockets.
struct FramingTests {
    private let ready = #"{"jsonrpc":"2.0","id":1,"result":{"state":"ready","notices":[]}}"#
    private let ping = #"{"jsonrpc":"2.0","id":1,"method":"system.ping"}"#

    private func request(_ id: Int, _ method: String, _ params: String = "{}") -> String {
        #"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":\#(params)}"#
    }

    @Test func aCarriageReturnAndBlankLinesMeanNothing() throws {
        let daemon = try TestDaemon()
        for path in [daemon.process.adminSocket, daemon.process.verifySocket] {
            let client = try LineClient(path)
            client.send("\n\r\n  \n\(ping)\r\n\n\t\(ping) \n")
            client.endWriting()
            #expect(try client.lines() == [ready, ready])
        }
    }

    @Test func aHalfClosedClientGetsTheReplyToALastLineWithoutLineFeed() throws {
        let daemon = try TestDaemon()
        for path in [daemon.process.adminSocket, daemon.process.verifySocket] {
            let client = try LineClient(path)
            client.send("\(ping)\n" + request(2, "rpc.discover") + "\n\(ping)")
            client.endWriting()
            let lines = try client.lines()
            #expect(lines.count == 3 && lines.first == ready && lines.last == ready)
        }
    }

    @Test func aLineBeyondTheLimitIsAnsweredOnceAndEndsTheConnection() throws {
        let daemon = try TestDaemon()
        for (path, limit) in [(daemon.process.adminSocket, 1 << 20), (daemon.process.verifySocket, 64 << 10)] {
            let client = try LineClient(path)
            client.send("\(ping)\n" + String(repeating: "x", count: limit + 1) + "\n\(ping)\n")
            let lines = try client.lines()
            try #require(lines.count == 2)
            let error = try JSON(lines[1])["error"]
            #expect(lines[0] == ready && error["code"].int == -32600)
            #expect(error["data"]["code"].string == "lineTooLong" && error["data"]["limit"].int == limit)
        }
    }

    @Test func aLineOfJustTheLimitIsTaken() throws {
        let daemon = try TestDaemon()
        for (path, limit) in [(daemon.process.adminSocket, 1 << 20), (daemon.process.verifySocket, 64 << 10)] {
            let padding = String(repeating: " ", count: limit - ping.utf8.count)
            #expect(try LineClient(path).exchange(ping + padding) == ready)
        }
    }

    @Test func repliesComeInTheOrderOfTheRequestsHoweverLongEachTakes() throws {
        let daemon = try TestDaemon()
        let client = try LineClient(daemon.process.adminSocket)
        var lines = ""
        for index in 0..<60 {
            let (method, params) =
                switch index % 5 {
                case 0: ("system.ping", "{}")
                case 1: ("keys.create", #"{"name":"key-\#(index)"}"#)
                case 2: ("audit.check", "{}")
                case 3: ("no.such.method", "{}")
                default: ("keys.list", "{}")
                }
            lines += request(index, method, params) + "\n"
        }
        client.send(lines)
        client.endWriting()
        let replies = try client.lines().map { try JSON($0) }
        #expect(replies.map { $0["id"].int } == Array(0..<60))
        // A later request sees the effect of an earlier one.
        #expect(replies[59]["result"]["keys"].elements.count == 12)
        #expect(replies[4]["result"]["keys"].elements.count == 1)
    }

    @Test func verificationsKeepTheirOrderAmongOtherCallsOfTheirSocket() throws {
        let daemon = try TestDaemon()
        let secret = try daemon.create("staging-api").secret
        let client = try LineClient(daemon.process.verifySocket)
        var lines = ""
        for index in 0..<90 {
            switch index % 3 {
            case 0: lines += request(index, "keys.verify", #"{"key":"\#(secret)"}"#) + "\n"
            case 1: lines += request(index, "system.ping") + "\n"
            default: lines += index % 30 == 29 ? request(index, "rpc.discover") + "\n" : request(index, "nope") + "\n"
            }
        }
        client.send(lines)
        client.endWriting()
        let replies = try client.lines().map { try JSON($0) }
        #expect(replies.map { $0["id"].int } == Array(0..<90))
        #expect(stride(from: 0, to: 90, by: 3).allSatisfy { replies[$0]["result"]["valid"].bool == true })
    }

    @Test func aBatchOfAHundredIsOneArrayInOrderWithoutItsNotifications() throws {
        let daemon = try TestDaemon()
        for path in [daemon.process.adminSocket, daemon.process.verifySocket] {
            let client = try LineClient(path)
            let items = (0..<100).map { index in
                switch index % 4 {
                case 0: request(index, "system.ping")
                case 1: #"{"jsonrpc":"2.0","method":"system.ping"}"#
                case 2: request(index, "no.such.method")
                default: "17"
                }
            }
            let replies = try JSON(client.exchange("[" + items.joined(separator: ",") + "]")).elements
            try #require(replies.count == 75)
            #expect(replies[0]["id"].int == 0 && replies[0]["result"]["state"].string == "ready")
            #expect(replies[1]["id"].int == 2 && replies[1]["error"]["code"].int == -32601)
            #expect(replies[2]["id"].isNull && replies[2]["error"]["code"].int == -32600)
            #expect(replies[72]["id"].int == 96)
        }
    }

    @Test func aBatchRunsItsRequestsOneAfterAnother() throws {
        let daemon = try TestDaemon()
        let client = try LineClient(daemon.process.adminSocket)
        let items = [
            request(1, "keys.create", #"{"name":"staging-api"}"#),
            request(2, "keys.disable", #"{"key":"staging-api"}"#),
            request(3, "keys.get", #"{"key":"staging-api"}"#), request(4, "keys.create", #"{"name":"staging-api"}"#),
        ]
        let replies = try JSON(client.exchange("[" + items.joined(separator: ",") + "]"))
        #expect(replies[2]["result"]["key"]["status"].string == "disabled")
        #expect(replies[3]["error"]["data"]["code"].string == "conflict")
    }

    @Test func notificationsRunNothingAndAreNeverAnswered() throws {
        let daemon = try TestDaemon()
        let note = #"{"jsonrpc":"2.0","method":"keys.create","params":{"name":"staging-api"}}"#
        let client = try LineClient(daemon.process.adminSocket)
        client.send("\(note)\n[\(note),\(note)]\n")
        #expect(try client.exchange(ping) == ready)
        #expect(try daemon.done("keys.list")["keys"].elements.isEmpty)
    }

    @Test func anEmptyBatchAndOneOfAHundredAndOneAreRefusedAsAWhole() throws {
        let daemon = try TestDaemon()
        for path in [daemon.process.adminSocket, daemon.process.verifySocket] {
            let client = try LineClient(path)
            let empty = try JSON(client.exchange("[]"))
            #expect(empty["error"]["data"]["code"].string == "invalidRequest" && empty["id"].isNull)
            let many = "[" + Array(repeating: ping, count: 101).joined(separator: ",") + "]"
            let error = try JSON(client.exchange(many))
            #expect(error["error"]["data"]["code"].string == "batchTooLarge" && error["id"].isNull)
            #expect(error.names.contains("id") && error["error"]["code"].int == -32600)
            #expect(try client.exchange(ping) == ready)
        }
    }

    @Test func aLineThatComesByteByByteIsALine() throws {
        let daemon = try TestDaemon()
        let client = try LineClient(daemon.process.verifySocket)
        for byte in Array((ping + "\n").utf8) { client.send([byte]) }
        #expect(try client.line() == ready)
    }
}
