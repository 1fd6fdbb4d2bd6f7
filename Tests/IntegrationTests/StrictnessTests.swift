import KeywardTesting
import Testing

/// What is refused, with which code, and the order of the checks.
struct StrictnessTests {
    private static let broken: [String] = [
        "{", "nonsense", "\u{FEFF}{}", #"{"jsonrpc":"2.0","id":1,"method":"system.ping",}"#,
        #"{"jsonrpc":"2.0","id":1,"id":1,"method":"system.ping"}"#,
        #"{"jsonrpc":"2.0","id":1,"\u0069d":1,"method":"system.ping"}"#,
        #"{"jsonrpc":"2.0","id":1,"method":"system.ping"} {}"#,
        #"{"jsonrpc":"2.0","id":"\ud800","method":"system.ping"}"#,
        #"{"jsonrpc":"2.0","id":01,"method":"system.ping"}"#, #"{'jsonrpc':'2.0'}"#,
        "{\"jsonrpc\":\"2.0\",\"id\":\"\u{1}\",\"method\":\"system.ping\"}", "[1,]", "NaN",
    ]

    private static let invalid: [String] = [
        "17", "\"text\"", "null", "{}", #"{"id":1,"method":"system.ping"}"#,
        #"{"jsonrpc":2.0,"id":1,"method":"system.ping"}"#, #"{"jsonrpc":"2.0","id":1}"#,
        #"{"jsonrpc":"2.0","id":1,"method":7}"#, #"{"jsonrpc":"2.0","id":1.5,"method":"system.ping"}"#,
        #"{"jsonrpc":"2.0","id":1e3,"method":"system.ping"}"#, #"{"jsonrpc":"2.0","id":{},"method":"system.ping"}"#,
        #"{"jsonrpc":"2.0","id":true,"method":"system.ping"}"#,
        #"{"jsonrpc":"2.0","id":1,"method":"system.ping","params":7}"#,
        #"{"jsonrpc":"2.0","id":""# + String(repeating: "i", count: 129) + #"","method":"system.ping"}"#,
        String(repeating: "[", count: 33) + String(repeating: "]", count: 33),
        "{" + (0...256).map { "\"m\($0)\":0" }.joined(separator: ",") + "}",
    ]

    private let daemon: TestDaemon
    private var sockets: [String] { [daemon.process.adminSocket, daemon.process.verifySocket] }

    init() throws { daemon = try TestDaemon() }

    /// The symbolic code of each socket's answer, if its number is correct.
    private func codes(_ line: String) throws -> [String?] {
        try sockets.map { path in
            let reply = try JSON(LineClient(path).exchange(line))
            let error = reply["error"].isNull ? reply[0]["error"] : reply["error"]
            let code = error["data"]["code"].string
            return code.flatMap { errorNumbers[$0] == error["code"].int ? $0 : nil }
        }
    }

    @Test func whatIsNoJSONIsAParseError() throws {
        for line in Self.broken { #expect(try codes(line) == ["parseError", "parseError"], "\(line)") }
    }

    @Test func invalidUTF8IsAParseError() throws {
        for bytes: [UInt8] in [[0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80]] {
            let client = try LineClient(daemon.process.verifySocket)
            client.send(
                Array(#"{"jsonrpc":"2.0","id":""#.utf8) + bytes + Array("\",\"method\":\"system.ping\"}\n".utf8))
            #expect(try JSON(#require(try client.line()))["error"]["code"].int == -32700)
        }
    }

    @Test func whatIsNoRequestIsAnInvalidRequest() throws {
        for line in Self.invalid { #expect(try codes(line) == ["invalidRequest", "invalidRequest"], "\(line)") }
    }

    @Test func theConnectionOutlivesEveryErrorButALineThatIsTooLong() throws {
        for path in sockets {
            let client = try LineClient(path)
            for line in Self.broken + Self.invalid { _ = try client.exchange(line) }
            let reply = try client.exchange(#"{"jsonrpc":"2.0","id":"still here","method":"system.ping"}"#)
            #expect(reply == #"{"jsonrpc":"2.0","id":"still here","result":{"state":"ready","notices":[]}}"#)
        }
    }

    private static let ids = [
        #""""#, #""a\u0062\/\"\\\n""#, #""\ud83d\ude00 é""#, "0", "-0", "-17", "null",
        "123456789012345678901234567890123456789012345678901234567890",
        "\"" + String(repeating: "i", count: 128) + "\"",
    ]

    @Test func anIdComesBackByteForByte() throws {
        for path in sockets {
            let client = try LineClient(path)
            for id in Self.ids {
                let ping = try client.exchange(#"{"method":"system.ping", "id" : \#(id) ,"jsonrpc":"2.0"}"#)
                #expect(ping == #"{"jsonrpc":"2.0","id":\#(id),"result":{"state":"ready","notices":[]}}"#)
                let error = try client.exchange(#"{"jsonrpc":"2.0","id":\#(id),"method":"no.such.method"}"#)
                #expect(error.hasPrefix(#"{"jsonrpc":"2.0","id":\#(id),"error":{"code":-32601,"#))
                let verify = #"{"jsonrpc":"2.0","id":\#(id),"method":"keys.verify","params":{"key":"x"}}"#
                let start = #"{"jsonrpc":"2.0","id":\#(id),"result":{"valid":false,"code":"malformed","#
                #expect(try client.exchange(verify).hasPrefix(start))
            }
        }
    }

    @Test func aRefusedRequestWhoseIdCouldBeReadIsAnsweredToThatId() throws {
        let client = try LineClient(daemon.process.verifySocket)
        for line in [
            #"{"jsonrpc":"1.0","id":"mine","method":"system.ping"}"#, #"{"jsonrpc":"2.0","id":"mine"}"#,
            #"{"jsonrpc":"2.0","id":"mine","method":"system.ping","params":[]}"#,
            #"{"jsonrpc":"2.0","id":"mine","method":"system.ping","params":{"no":1}}"#,
        ] {
            #expect(try JSON(client.exchange(line))["id"].string == "mine", "\(line)")
        }
    }

    @Test func theVerifySocketHasThreeMethodsAndNoOther() throws {
        let document = try JSON(
            LineClient(daemon.process.adminSocket).exchange(#"{"jsonrpc":"2.0","id":1,"method":"rpc.discover"}"#))
        let names = document["result"]["methods"].elements.compactMap { $0["name"].string }
        #expect(names.count >= 26)
        let client = try LineClient(daemon.process.verifySocket)
        for name in names {
            let reply = try JSON(client.exchange(#"{"jsonrpc":"2.0","id":1,"method":"\#(name)","params":{}}"#))
            let isThere = ["keys.verify", "system.ping", "rpc.discover"].contains(name)
            #expect((reply["error"]["code"].int == -32601) != isThere, "\(name)")
        }
    }

    @Test func anUnknownParameterIsRefusedByName() throws {
        for (path, method, params) in [
            (daemon.process.adminSocket, "keys.list", #"{"colour":1}"#),
            (daemon.process.adminSocket, "system.ping", #"{"colour":1}"#),
            (daemon.process.adminSocket, "keys.create", #"{"name":"a","colour":1}"#),
            (daemon.process.verifySocket, "keys.verify", #"{"key":"x","colour":1}"#),
        ] {
            let line = #"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":\#(params)}"#
            let error = try JSON(LineClient(path).exchange(line))["error"]
            #expect(error["code"].int == -32602 && error["data"]["param"].string == "colour", "\(method)")
        }
    }

    private static let misshapen: [(method: String, params: String, param: String)] = [
        ("keys.create", "{}", "name"), ("keys.create", #"{"name":7}"#, "name"),
        ("keys.create", #"{"name":"a","scopes":["a b"]}"#, "scopes"),
        ("keys.create", #"{"name":"a","expiresAt":"tomorrow"}"#, "expiresAt"),
        ("keys.create", #"{"name":"a","metadata":[]}"#, "metadata"),
        ("keys.create", #"{"name":"a","owner":{"name":"\u0007"}}"#, "owner"),
        ("keys.create", #"{"name":"a","purpose":"\u202e"}"#, "purpose"),
        ("keys.list", #"{"limit":501}"#, "limit"), ("keys.list", #"{"sort":"colour"}"#, "sort"),
        ("keys.list", #"{"status":["blue"]}"#, "status"), ("keys.list", #"{"cursor":"x"}"#, "cursor"),
        ("keys.rotate", #"{"key":"a","graceSeconds":-1}"#, "graceSeconds"),
        ("keys.rotate", #"{"key":"a","graceStarts":"later"}"#, "graceStarts"),
        ("keys.revoke", #"{"key":"a"}"#, "reason"), ("keys.revoke", #"{"key":"a","reason":"cancelled"}"#, "reason"),
        ("keys.usage", #"{"key":"a","bucket":"week"}"#, "bucket"),
        ("keys.usage", #"{"key":"a","from":"2026-01-02T00:00:00Z","to":"2026-01-01T00:00:00Z"}"#, "to"),
        ("keys.verify", #"{"key":"x","scopes":["a*"]}"#, "scopes"),
        ("members.grant", #"{"workspace":"default","principal":"uid:1","role":"king"}"#, "role"),
        ("members.grant", #"{"workspace":"default","principal":"someone","role":"viewer"}"#, "principal"),
        ("workspaces.create", #"{"name":"*"}"#, "name"), ("workspaces.create", #"{"name":"a","tag":"A"}"#, "tag"),
        ("audit.list", #"{"limit":0}"#, "limit"), ("audit.list", #"{"after":-1}"#, "after"),
        ("system.backup", #"{"name":"../x"}"#, "name"),
    ]

    @Test func aParameterOfTheWrongShapeIsRefusedByName() throws {
        for (method, params, param) in Self.misshapen {
            let data = try daemon.refused(method, params)["data"]
            #expect(data["code"].string == "invalidParams" && data["param"].string == param, "\(method) \(params)")
        }
    }

    @Test func theChecksComeInTheirOrder() throws {
        // Parse before method, method before params, params before existence.
        let client = try LineClient(daemon.process.adminSocket)
        #expect(try JSON(client.exchange(#"{"jsonrpc":"2.0","id":1,"method":"no",}"#))["error"]["code"].int == -32700)
        #expect(try daemon.refusal("no.such.method", #"{"colour":1}"#) == "methodNotFound")
        #expect(try daemon.refusal("keys.list", #"{"colour":1}"#, onVerify: true) == "methodNotFound")
        #expect(try daemon.refusal("keys.revoke", #"{"key":"none","reason":"blue"}"#) == "invalidParams")
        #expect(try daemon.refusal("keys.revoke", #"{"key":"none","reason":"other"}"#) == "notFound")
        // Existence before plan, plan before state, state before policy, policy before confirmation.
        try daemon.done("workspaces.create", #"{"name":"acme","plan":"free"}"#)
        #expect(try daemon.refusal("keys.rotate", #"{"key":"none","workspace":"acme"}"#) == "notFound")
        let key = try daemon.create("prod-api").key
        let id = try #require(key["id"].string)
        try daemon.done("keys.disable", #"{"key":"\#(id)"}"#)
        let past = #""expiresAt":"2020-01-01T00:00:00Z""#
        #expect(try daemon.refusal("keys.rotate", #"{"key":"\#(id)",\#(past)}"#) == "invalidState")
        try daemon.done("workspaces.setPlan", #"{"workspace":"default","plan":"free"}"#)
        #expect(try daemon.refusal("keys.rotate", #"{"key":"\#(id)",\#(past)}"#) == "upgradeRequired")
        try daemon.done("workspaces.setPlan", #"{"workspace":"default","plan":"standard"}"#)
        try daemon.done("keys.enable", #"{"key":"\#(id)"}"#)
        #expect(try daemon.refusal("keys.rotate", #"{"key":"\#(id)",\#(past)}"#) == "policyViolation")
        #expect(try daemon.refusal("keys.rotate", #"{"key":"\#(id)"}"#) == "confirmationRequired")
        try daemon.done("keys.rotate", #"{"key":"\#(id)","confirm":true}"#)
    }
}
