import KeywardCore
import KeywardProtocol
import KeywardTesting
import Testing

@testable import KeywardServer

/// A verification is answered on two ways: one for single lines of the verify socket, one for batches and the admin
/// socket. What they say, and what they leave behind, must be the same to the byte.
@Suite struct VerifyAgreementTests {
    @Test func bothWaysSayTheSameOfEveryKeyAndCount() throws {
        let (fast, slow, admin) = (try KeysOfAllKinds(), try KeysOfAllKinds(), try KeysOfAllKinds())
        let fastTalk = try fast.daemon.talk(as: .gate, on: .verify)
        let slowTalk = try slow.daemon.talk(as: .gate, on: .verify)
        let adminTalk = try admin.daemon.talk(as: .root)
        var codes: Set<String> = []
        var warnings: Set<[String]> = []
        for params in fast.questions {
            let line = #"{"jsonrpc":"2.0","id":"i","method":"keys.verify","params":\#(params)}"#
            let reply = fastTalk.say(line + "\n")
            #expect(reply.count == 1)
            #expect(slowTalk.say("[\(line)]\n").map { String($0.dropFirst().dropLast()) } == reply, "\(params)")
            #expect(adminTalk.say(line + "\n") == reply, "\(params)")
            let result = try JSON(parsing: reply[0])["result"]
            codes.insert(result["code"].text)
            warnings.insert(result["warnings"].items.map(\.["code"].text))
        }
        #expect(codes == Set(Verdict.Code.allCases.map { "\($0)" }))
        #expect(warnings.contains(["retiring", "expiring", "stale"]))
        #expect(warnings.isSuperset(of: [[], ["retiring"], ["expiring"], ["stale"]]))
        #expect(try fast.tally() == slow.tally())
        #expect(try fast.tally() == admin.tally())
        #expect(try fast.countsByKey() == slow.countsByKey())
        #expect(
            fast.daemon.application.strangers.take(at: fast.daemon.clock.now).map(\.malformed)
                == slow.daemon.application.strangers.take(at: slow.daemon.clock.now).map(\.malformed))
    }

    @Test func aLineWithoutASuperfluousByteIsAnsweredAsAnyOther() throws {
        let (plain, spaced) = (try KeysOfAllKinds(), try KeysOfAllKinds())
        let talks = (try plain.daemon.talk(as: .gate, on: .verify), try spaced.daemon.talk(as: .gate, on: .verify))
        for (number, params) in (plain.questions + plain.questions).enumerated() {
            let tail = #""id":\#(number + 1),"method":"keys.verify","params":\#(params)}"# + "\n"
            #expect(talks.0.say(#"{"jsonrpc":"2.0","# + tail) == talks.1.say(#"{ "jsonrpc":"2.0","# + tail))
        }
        #expect(try plain.tally() == spaced.tally())
        #expect(try plain.countsByKey() == spaced.countsByKey())
    }

    @Test(arguments: [
        "0", "-1", "01", "1.0", "1e2", "null", "true", "123456789012345678", "1234567890123456789",
        "12345678901234567890", "\"7\"", "", " 7", "7 ",
    ])
    func anIdIsTakenOrRefusedAsInAnyOtherLine(id: String) throws {
        let daemon = try InMemoryDaemon()
        let key = try daemon.secret("crm")
        for end in ["}", "}\r", "}}", ",\"a\":1}", "x"] {
            let line =
                #"{"jsonrpc":"2.0","id":\#(id),"method":"keys.verify","params":{"key":"\#(key)"}"# + end
            let replies = try ["\n", " \n"].map { try daemon.talk(on: .verify).say(line + $0) }
            #expect(replies[0] == replies[1], "\(id) \(end)")
        }
    }

    @Test func bothWaysFindAKeyThatWasMadeWithARetiredPepper() throws {
        for socket in [ServedSocket.verify, .admin] {
            let store = InMemoryStore()
            let old = try InMemoryDaemon(store: store).secret("old")
            let daemon = try InMemoryDaemon(store: store, peppers: .second, seed: 9)
            let new = try daemon.secret("new")
            let talk = try daemon.talk(on: socket)
            for (key, name) in [(old, "old"), (new, "new"), (old, "old")] {
                let result = try talk.call("keys.verify", #"{"key":"\#(key)"}"#)["result"]
                #expect(result["code"] == "valid" && result["name"].text == name)
            }
            let unknown = try InMemoryDaemon(seed: 77).secret("other")
            #expect(try talk.call("keys.verify", #"{"key":"\#(unknown)"}"#)["result"]["code"] == "notFound")
        }
    }

    @Test(arguments: [
        #"{}"#, #"{"key":1}"#, #"{"key":null}"#, #"{"key":"x","workspace":1}"#, #"{"key":"x","scopes":"a"}"#,
        #"{"key":"x","scopes":[1]}"#, #"{"key":"x","scopes":["a*"]}"#, #"{"key":"x","scopes":[""]}"#,
        #"{"key":"x","scopes":["a b"]}"#, #"{"key":"x","other":1}"#, #"{"key":"x","scopes":["a",null]}"#,
    ])
    func bothWaysRefuseTheSameParameters(params: String) throws {
        let line = #"{"jsonrpc":"2.0","id":7,"method":"keys.verify","params":\#(params)}"#
        let daemon = try InMemoryDaemon()
        let alone = try daemon.talk(on: .verify).say(line + "\n")
        #expect(try JSON(parsing: alone[0])["error"]["code"].int == -32_602)
        #expect(try daemon.talk(on: .verify).say("[\(line)]\n") == ["[\(alone[0])]"])
        #expect(try daemon.talk().say(line + "\n") == alone)
    }

    @Test(arguments: [(64, 128, true), (65, 128, false), (64, 129, false)])
    func atMost64ScopesOf128BytesCanBeAskedFor(count: Int, length: Int, isGood: Bool) throws {
        let scope = String(repeating: "s", count: length)
        let scopes = Array(repeating: "\"\(scope)\"", count: count).joined(separator: ",")
        let reply = try InMemoryDaemon().talk(on: .verify).call("keys.verify", #"{"key":"x","scopes":[\#(scopes)]}"#)
        #expect(reply["error"]["data"]["param"].string == (isGood ? nil : "scopes"))
    }

    @Test func onTheAdminSocketOnlyOperatorsVerify() throws {
        let daemon = try InMemoryDaemon()
        try daemon.call("members.grant", #"{"workspace":"default","principal":"user:anna","role":"admin"}"#)
        #expect(try daemon.talk(as: .anna).refusal("keys.verify", #"{"key":"x"}"#) == "permissionDenied")
        #expect(try daemon.talk(as: .anna, on: .verify).call("keys.verify", #"{"key":"x"}"#)["result"] != .null)
    }
}

/// A daemon with a key for every answer that a verification can have.
private struct KeysOfAllKinds {
    let daemon: InMemoryDaemon
    private var secrets: [String: String] = [:]

    init() throws {
        daemon = try InMemoryDaemon(
            policy: {
                var policy = Policy()
                policy.plans["none"] = Plan(apiAccess: false)
                return policy
            }())
        try daemon.call("workspaces.create", #"{"name":"acme","tag":"acme"}"#)
        try daemon.call("workspaces.create", #"{"name":"poor"}"#)
        try make("stale")
        try make("expired", #","expiresAt":"2026-02-01T00:00:00Z""#)
        try make("all", #","expiresAt":"2026-05-05T12:00:00Z""#)
        daemon.clock.pass(.days(100))
        try make("plain")
        try make(
            "rich",
            #","owner":{"name":"Zo\u00eb \"Z\"","principal":"uid:7"},"purpose":"p","metadata":{"a" : [1, 2e3]},"#
                + #""scopes":["read:*","write:a"],"expiresAt":"2027-01-01T00:00:00.5+01:00""#)
        try make("expiring", #","expiresAt":"2026-04-20T00:00:00Z""#)
        daemon.clock.pass(.days(4))
        for name in ["retiring", "superseded", "revoked", "disabled", "waiting"] { try make(name) }
        try make("elsewhere", #","workspace":"acme""#)
        try make("suspended", #","workspace":"poor""#)
        secrets["successor"] = try rotate("retiring")
        secrets["second"] = try rotate("all")
        _ = try rotate("superseded", #","graceSeconds":0,"graceStarts":"now""#)
        try daemon.call("keys.revoke", #"{"key":"revoked","reason":"other"}"#)
        try daemon.call("keys.disable", #"{"key":"disabled"}"#)
        try daemon.call("workspaces.setPlan", #"{"workspace":"poor","plan":"none","confirm":true}"#)
    }

    private mutating func make(_ name: String, _ members: String = "") throws {
        secrets[name] = try daemon.secret(name, members)
    }

    private func rotate(_ name: String, _ members: String = "") throws -> String {
        try daemon.call("keys.rotate", #"{"key":"\#(name)","confirm":true\#(members)}"#)["secret"].text
    }

    /// The parameters of all verifications, each key twice: the first use changes what the second meets.
    var questions: [String] {
        let named = secrets.sorted { $0.key < $1.key }
        let workspaces = [
            "", #","workspace":"*""#, #","workspace":null,"scopes":null"#, #","workspace":"acme""#,
            #","workspace":"\u0061cme","scopes":[]"#, #","workspace":"\u002a""#, #","workspace":"nowhere""#,
            #","workspace":"""#, #","workspace":"default""#,
        ]
        let scopes = [
            #","scopes":["read:x"]"#, #","scopes":["read:x","write:a"]"#, #","scopes":["write:b"]"#,
            #","scopes":["wr\u0069te:a"]"#, #","scopes":["read:"]"#, #","scopes":["read"]"#,
        ]
        var questions = ["x", "", #"kw_\u0031"#, "\\ud83d\\ude00"].map { #"{"key":"\#($0)"}"# }
        for (_, secret) in named {
            for workspace in workspaces { questions.append(#"{"key":"\#(secret)"\#(workspace)}"#) }
        }
        let rich = secrets["rich"] ?? ""
        for scope in scopes { questions.append(#"{"key":"\#(rich)"\#(scope)}"#) }
        let escaped = rich.utf8.map { "\\u00" + String($0, radix: 16) }.joined()
        questions.append(#"{"k\u0065y":"\#(escaped)","workspace":"*"}"#)
        questions.append(#"{"key":"\#(rich.dropLast())0"}"#)
        let other = (try? InMemoryDaemon(seed: 99).secret("unknown")) ?? ""
        questions.append(#"{"key":"\#(other)"}"#)
        return questions
    }

    func tally() throws -> JSON { try daemon.call("system.status")["verifications"] }

    func countsByKey() throws -> [[JSON]] {
        try ["default", "acme", "poor"].flatMap { workspace in
            try daemon.call("keys.list", #"{"workspace":"\#(workspace)"}"#)["keys"].items.map {
                [$0["name"], $0["usageCount"], $0["refusedCount"], $0["lastUsedBy"], $0["status"]]
            }
        }
    }
}
