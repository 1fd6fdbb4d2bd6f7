import KeywardCore
import KeywardProtocol
import KeywardTesting
import Testing

@testable import KeywardServer

/// There are two paths for a verification: one for single lines of the verify socket, one for batches and the admin
/// socket. Their replies and their effects must be identical.
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
        let unknown = [fast, slow].map { keys in
            keys.daemon.server.services.parts.verification.unknownKeys.take(at: keys.daemon.clock.now).map(\.malformed)
        }
        #expect(unknown[0] == unknown[1])
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
            let (store, head) = (InMemoryStore(), HeldAuditHead())
            let old = try InMemoryDaemon(store: store, head: head).secret("old")
            let daemon = try InMemoryDaemon(store: store, peppers: .second, head: head, seed: 9)
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
        #"{"key":"x","address":1}"#, #"{"key":"x","address":["::1"]}"#, #"{"key":"x","address":""}"#,
        #"{"key":"x","address":"10.0.0.1:80"}"#, #"{"key":"x","address":"fe80::1%eth0"}"#,
        #"{"key":"x","address":"[::1]"}"#, #"{"key":"x","address":"10.0.0.0/8"}"#,
        #"{"key":"x","address":"10.0.0.1\u0000"}"#, #"{"key":"x","address":"010.0.0.1"}"#,
        #"{"key":"x","anyOf":[["a"]],"address":"localhost"}"#,
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
