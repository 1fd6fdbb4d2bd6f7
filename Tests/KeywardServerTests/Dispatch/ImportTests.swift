import KeywardCore
import KeywardProtocol
import KeywardTesting
import Testing

@testable import KeywardServer

/// `keys.import`: rows, refusals, parts, and what the log and other callers see of it.
@Suite struct ImportTests {
    private static let secret = "sk_live_4eC39HqLyjWDarjtT1zdp7dc"
    /// SHA-256 of the empty text.
    private static let digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    private static let base64 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    private static let native = "kw_8FqL2mXw_0123456789ABCDEFGHIJKLMNOPQRST34I68P"

    private func rows(_ daemon: InMemoryDaemon, _ format: String, _ keys: [String], _ more: String = "") throws
        -> [JSON]
    {
        try daemon.call(
            "keys.import", #"{"format":"\#(format)","keys":[\#(keys.joined(separator: ","))]\#(more)}"#)["rows"].items
    }

    @Test func aRowIsAnsweredWithTheKey() throws {
        let daemon = try InMemoryDaemon()
        let members =
            #""scopes":["a:b"],"purpose":"old","owner":{"name":"ops"},"metadata":{"n":1},"addresses":["10.0.0.0/8"]"#
        let limits = #""limits":[{"name":"burst","limit":5,"windowSeconds":60}]"#
        let row = try rows(daemon, "secret", [#"{"name":"legacy","secret":"\#(Self.secret)",\#(members),\#(limits)}"#])[
            0]
        #expect(row["outcome"] == "created" && row["error"] == .null)
        let key = row["key"]
        #expect(key["name"] == "legacy" && key["scopes"][0] == "a:b" && key["purpose"] == "old")
        #expect(key["owner"]["name"] == "ops" && key["metadata"]["n"] == .number(1) && key["status"] == "unused")
        #expect(key["limits"][0]["name"] == "burst" && key["addresses"][0] == "10.0.0.0/8")
        #expect(key["foreignPrefix"] == "sk_live" && key["importFormat"] == "sha256")
        #expect(try daemon.call("keys.get", #"{"key":"\#(key["prefix"].text)"}"#)["key"]["name"] == "legacy")
        let answer = try daemon.call("keys.verify", #"{"key":"\#(Self.secret)","address":"10.1.2.3"}"#)
        #expect(answer["code"] == "valid" && answer["keyId"] == key["id"])
        #expect(!"\(daemon.store.contents)\(daemon.events.all)".contains(Self.secret.suffix(20)))
    }

    @Test(arguments: [
        ("secret", #""secret":"fifteen-bytes-x""#, "secret", "16 to 512"),
        ("secret", #""secret":"with space in the middle""#, "secret", "printable"),
        ("secret", #""secret":"\#(native)""#, "secret", "Keyward key"),
        ("secret", #""secret":"x \#(native)""#, "secret", "printable"),
        ("secret", #""digest":"\#(digest)""#, "digest", "no meaning"), ("secret", "", "secret", "16 to 512"),
        (
            "secret", #""secret":"sk_live_4eC39HqLyjWDarjtT1zdp7dc","foreignPrefix":"sk_live_4""#, "foreignPrefix",
            "quarter"
        ),
        ("sha256", #""digest":"$2b$12$abcdefghijklmnopqrstuvABCDEFGHIJKLMNOPQRSTUV""#, "digest", "bcrypt"),
        ("sha256", #""digest":"$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$RdescudvJCsgt3ub+b""#, "digest", "argon2"),
        ("sha256", #""digest":"$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDH""#, "digest", "scrypt"),
        ("sha256", #""digest":"scrypt:32768:8:1$salt$hash""#, "digest", "scrypt"),
        ("sha256", #""digest":"\#(digest.dropLast())""#, "digest", "SHA-256"),
        ("sha256", #""digest":"\#(base64.dropLast())""#, "digest", "SHA-256"),
        ("sha256", #""digest":"\#(digest)00""#, "digest", "SHA-256"), ("sha256", "", "digest", "SHA-256"),
        ("sha256", #""digest":"\#(digest)","shortToken":"a""#, "shortToken", "no meaning"),
        ("seam", #""digest":"\#(digest)""#, "shortToken", "without '_'"),
        ("seam", #""digest":"\#(digest)","shortToken":"a_b""#, "shortToken", "without '_'"),
        ("seam", #""shortToken":"ab","secret":"\#(secret)""#, "secret", "no meaning"),
        ("sha256", #""digest":"\#(digest)","scopes":["*x"]"#, "scopes", "64"),
        ("sha256", #""digest":"\#(digest)","addresses":["10.0.0.1/8"]"#, "addresses", "blocks"),
        ("sha256", #""digest":"\#(digest)","budget":"none""#, nil, "no such budget"),
    ])
    func aRowIsRefusedByItself(format: String, members: String, param: String?, words: String) throws {
        let daemon = try InMemoryDaemon()
        let name = #"{"name":"bad"\#(members.isEmpty ? "" : ",")\#(members)}"#
        let good =
            switch format {
            case "secret": #"{"name":"good","secret":"another-secret-16"}"#
            case "seam": #"{"name":"good","shortToken":"good","digest":"\#(Self.base64)"}"#
            default: #"{"name":"good","digest":"\#(String(repeating: "ab", count: 32))"}"#
            }
        let rows = try rows(daemon, format, [name, good])
        #expect(rows.map { $0["outcome"].text } == ["refused", "created"])
        #expect(rows[0]["error"]["param"].string == param && rows[0]["key"] == .null)
        #expect(rows[0]["error"]["message"].text.contains(words), "\(rows[0]["error"])")
        #expect(!"\(rows[0])".contains("4eC39HqLyjWD") && !"\(rows[0])".contains(Self.native.suffix(30)))
    }

    @Test func hexadecimalDigitsAndBase64AreTheSameDigest() throws {
        let daemon = try InMemoryDaemon()
        let spellings = [Self.digest, Self.digest.uppercased(), Self.base64]
        let rows = try rows(daemon, "sha256", spellings.map { #"{"name":"legacy","digest":"\#($0)"}"# })
        #expect(rows.map { $0["outcome"].text } == ["created", "exists", "exists"])
        #expect(rows[1]["key"]["id"] == rows[0]["key"]["id"])
    }

    @Test(arguments: [
        #""format":"secret","keys":[]"#, #""format":"md5","keys":[{"name":"a"}]"#, #""keys":[{"name":"a"}]"#,
        #""format":"secret""#, #""format":"secret","keys":[{"name":"a","unknown":1}]"#,
        #""format":"secret","keys":[{"secret":"0123456789abcdef"}]"#, #""format":"secret","keys":{}"#,
        #""format":"secret","workspace":"","keys":[{"name":"a"}]"#,
        #""format":"secret","keys":[{"name":"a","requestId":"r","secret":"0123456789abcdef"}]"#,
        // A native key anywhere but in a secret refuses the call.
        #""format":"secret","keys":[{"name":"\#(native)","secret":"0123456789abcdef"}]"#,
        #""format":"secret","keys":[{"name":"a","secret":"0123456789abcdef","purpose":"\#(native)"}]"#,
        #""format":"sha256","keys":[{"name":"a","digest":"\#(native)"}]"#,
        #""format":"secret","keys":[{"name":"a","secret":["\#(native)"]}]"#,
        #""format":"secret","keys":["\#(native)"]"#, #""format":"secret","keys":[{"\#(native)":"a"}]"#,
        #""format":"secret","secret":"\#(native)","keys":[{"name":"a"}]"#,
    ])
    func aCallIsRefusedWhole(params: String) throws {
        let daemon = try InMemoryDaemon()
        let reply = try daemon.talk().call("keys.import", "{\(params)}")
        #expect(reply["error"]["data"]["code"] == "invalidParams", "\(reply)")
        #expect(!"\(reply)".contains(Self.native.suffix(30)))
        #expect(try daemon.call("keys.list")["keys"].items.isEmpty)
    }

    @Test func aCallerMustBeAnAdmin() throws {
        let daemon = try InMemoryDaemon()
        let params = #"{"format":"sha256","keys":[{"name":"a","digest":"\#(Self.digest)"}]}"#
        #expect(try daemon.talk(as: .anna).refusal("keys.import", params) == "permissionDenied")
        _ = try daemon.call("members.grant", #"{"workspace":"default","principal":"user:anna","role":"viewer"}"#)
        #expect(try daemon.talk(as: .anna).refusal("keys.import", params) == "permissionDenied")
        // Also if no row is sound.
        let unsound = #"{"format":"sha256","keys":[{"name":"a","digest":"x"}]}"#
        #expect(try daemon.talk(as: .anna).refusal("keys.import", unsound) == "permissionDenied")
        _ = try daemon.call("members.grant", #"{"workspace":"default","principal":"user:anna","role":"admin"}"#)
        #expect(try daemon.talk(as: .anna).call("keys.import", params)["result"]["rows"][0]["outcome"] == "created")
        #expect(try daemon.talk(on: .verify).refusal("keys.import", params) == "methodNotFound")
    }

    @Test func rowsAreMadeAHundredInATransactionWithOneEntryInTheLogAndOneOfTheTrailForEach() throws {
        let daemon = try InMemoryDaemon()
        let keys = (0..<250).map { #"{"name":"legacy-\#($0)","secret":"a-secret-of-some-length-\#($0)"}"# }
        let commits = daemon.store.writes.commits
        let rows = try rows(daemon, "secret", keys)
        #expect(rows.map { $0["outcome"].text } == Array(repeating: "created", count: 250))
        #expect(rows.map { $0["key"]["name"].text } == (0..<250).map { "legacy-\($0)" })
        #expect(daemon.store.writes.commits == commits + 3)
        #expect(daemon.store.contents.audit.filter { $0.action == "key.imported" }.count == 250)
        let summaries = daemon.events.all.compactMap { event in
            if case .keysImported(let summary) = event { summary } else { nil }
        }
        #expect(summaries.map(\.created) == [250] && summaries.map(\.workspace) == ["default"])
        #expect(try self.rows(daemon, "secret", keys).allSatisfy { $0["outcome"] == "exists" })
        #expect(daemon.store.writes.commits == commits + 3)
    }

    @Test func aDryRunAnswersTheSameAndChangesNothing() throws {
        let daemon = try InMemoryDaemon()
        _ = try rows(daemon, "secret", [#"{"name":"there","secret":"\#(Self.secret)"}"#])
        let keys =
            [#"{"name":"x","secret":"\#(Self.secret)"}"#, #"{"name":"there","secret":"other-secret-of-16"}"#]
            + (0..<150).map { #"{"name":"legacy-\#($0 % 120)","secret":"a-secret-of-some-length-\#($0 % 130)"}"# }
        let (commits, events) = (daemon.store.writes.commits, daemon.events.all.count)
        let trial = try rows(daemon, "secret", keys, #","dryRun":true"#)
        #expect(daemon.store.writes.commits == commits && daemon.events.all.count == events)
        let made = try rows(daemon, "secret", keys)
        #expect(trial.map { $0["outcome"] } == made.map { $0["outcome"] })
        #expect(trial[0]["key"]["name"] == "there" && trial[2]["key"] == .null)
        #expect(Set(made.map { $0["outcome"].text }) == ["created", "exists", "refused"])
    }

    @Test func aStoreThatCannotBeWrittenRefusesTheRestOfTheRows() throws {
        let store = InMemoryStore()
        let daemon = try InMemoryDaemon(store: store)
        store.fail(.commit, with: .cannotWrite("no space"), after: 1)
        let keys = (0..<250).map { #"{"name":"legacy-\#($0)","secret":"a-secret-of-some-length-\#($0)"}"# }
        let rows = try rows(daemon, "secret", keys)
        #expect(rows.prefix(100).allSatisfy { $0["outcome"] == "created" })
        #expect(rows.dropFirst(100).allSatisfy { $0["error"]["code"] == "readOnly" })
    }

    // MARK: Verifying

    @Test func aTextThatIsNoKeyIsAnsweredAlikeWithAndWithoutImportedKeys() throws {
        let (plain, importing) = (try InMemoryDaemon(), try InMemoryDaemon())
        _ = try rows(importing, "secret", [#"{"name":"legacy","secret":"\#(Self.secret)"}"#])
        _ = try rows(
            importing, "seam", [#"{"name":"seam","shortToken":"BRTRKFsL","digest":"\#(Self.digest)"}"#])
        let texts = [
            "", "a", "sk_live_4eC39HqLyjWDarjtT1zdp7dd", String(repeating: "x", count: 512),
            String(repeating: "x", count: 513), Self.native, String(Self.native.dropLast()) + "Q",
            "mycompany_BRTRKFsL_51FwqftsmMDHHbJAMEXXHCgG", "_BRTRKFsL_", "é_漢字漢字漢字漢字漢字",
            #"sk_\u006cive_4eC39HqLyjWDarjtT1zdp7dd"#,
        ]
        for socket in [ServedSocket.verify, .admin] {
            for text in texts {
                let line = #"{"jsonrpc":"2.0","id":7,"method":"keys.verify","params":{"key":"\#(text)"}}"# + "\n"
                let replies = try [plain, importing].map { try $0.talk(on: socket).say(line) }
                #expect(replies[0] == replies[1] && replies[0].count == 1, "\(text)")
            }
        }
        #expect(
            try importing.talk(on: .verify).call("keys.verify", #"{"key":"\#(Self.secret)"}"#)["result"]["valid"]
                == .bool(true))
    }

    @Test func theEscapesOfASecretDoNotMatter() throws {
        let daemon = try InMemoryDaemon()
        _ = try rows(daemon, "secret", [#"{"name":"legacy","secret":"\#(Self.secret)"}"#])
        for text in [Self.secret, #"sk_\u006cive_4eC39HqLyjWDarjtT1zdp7dc"#] {
            let reply = try daemon.talk(on: .verify).call("keys.verify", #"{"key":"\#(text)"}"#)
            #expect(reply["result"]["code"] == "valid")
        }
    }
}
