import KeywardCore
import KeywardTesting
import Synchronization
import Testing

@testable import KeywardServer

/// Closed workspaces, through the lines of the verify socket.
struct ClosedWorkspaceTests {
    private let daemon: InMemoryDaemon
    private let secret: String

    init() throws {
        daemon = try InMemoryDaemon()
        try daemon.call("workspaces.create", #"{"name":"acme","tag":"kw"}"#)
        secret = try daemon.secret("crm", #","workspace":"acme""#)
    }

    private func grant(_ members: String) throws {
        try daemon.call("members.grant", #"{"workspace":"acme","confirm":true,\#(members)}"#)
    }

    private static func line(_ key: String, _ members: String, id: Int = 7) -> String {
        #"{"jsonrpc":"2.0","id":\#(id),"method":"keys.verify","params":{"key":"\#(key)"\#(members)}}"# + "\n"
    }

    /// Every form in which a verification arrives.
    private static let forms = [
        "", #","workspace":"acme""#, #","workspace":"*""#, #","workspace":"default""#, #","workspace":"acm\u0065""#,
        #","workspace":"acme","scopes":["a:b"]"#, #","workspace":"acme","address":"192.0.2.1","cost":3"#,
    ]

    @Test func theKeysOfAClosedWorkspaceAreUnknownByteForByte() throws {
        try grant(#""principal":"user:gate","verifier":true"#)
        // A key of another daemon.
        let missing = try InMemoryDaemon(seed: 99).secret("crm")
        let talk = try daemon.talk(as: .bert, on: .verify)
        for form in Self.forms {
            #expect(talk.say(Self.line(secret, form)) == talk.say(Self.line(missing, form)), "\(form)")
        }
        let batch = { (key: String) in "[" + Self.line(key, "").dropLast() + "]\n" }
        #expect(talk.say(batch(secret)) == talk.say(batch(missing)))
        let root = try daemon.talk(as: .root, on: .verify).ask(Self.line(secret, #","workspace":"*""#))
        #expect(root["result"]["code"] == "notFound")
        #expect(try daemon.talk(as: .gate, on: .verify).ask(Self.line(secret, ""))["result"]["code"] == "valid")
        let operators = try daemon.talk().call("keys.verify", #"{"key":"\#(secret)","workspace":"acme"}"#)
        #expect(operators["result"]["code"] == "valid")
    }

    @Test func anImportedKeyOfAClosedWorkspaceIsUnknownByteForByte() throws {
        let (imported, missing) = ("sk_live_0123456789abcdefghij", "sk_live_9876543210jihgfedcba")
        let rows = try daemon.call(
            "keys.import", #"{"workspace":"acme","format":"secret","keys":[{"name":"old","secret":"\#(imported)"}]}"#)
        #expect(rows["rows"].items.map { $0["outcome"].text } == ["created"])
        try grant(#""principal":"user:gate","verifier":true"#)
        let talk = try daemon.talk(as: .bert, on: .verify)
        for form in Self.forms {
            #expect(talk.say(Self.line(imported, form)) == talk.say(Self.line(missing, form)), "\(form)")
        }
        #expect(try daemon.talk(as: .gate, on: .verify).ask(Self.line(imported, ""))["result"]["code"] == "valid")
    }

    @Test func aGrantActsOnOpenConnections() throws {
        let (gate, bert) = (try daemon.talk(as: .gate, on: .verify), try daemon.talk(as: .bert, on: .verify))
        let line = Self.line(secret, #","workspace":"acme""#)
        func codes() throws -> [String] { try [gate, bert].map { try $0.ask(line)["result"]["code"].text } }
        #expect(try codes() == ["valid", "valid"])
        try grant(#""principal":"user:gate","verifier":true"#)
        #expect(try codes() == ["valid", "notFound"])
        try grant(#""principal":"user:bert","verifier":true"#)
        try grant(#""principal":"user:gate","verifier":false,"role":"viewer""#)
        #expect(try codes() == ["notFound", "valid"])
        try daemon.call("members.remove", #"{"workspace":"acme","principal":"user:bert","confirm":true}"#)
        #expect(try codes() == ["valid", "valid"])
    }

    @Test func takenTogetherEachConnectionVerifiesForItself() throws {
        try grant(#""principal":"user:gate","verifier":true"#)
        let talks = try [Peer.gate, .bert, .gate].map { try daemon.talk(as: $0, on: .verify) }
        let line = Self.line(secret, #","workspace":"acme""#)
        for talk in talks { talk.give(line) }
        let handlers = talks.map { $0.take() }
        #expect(handlers == [true, true, true])
        for talk in talks { talk.answerTaken() }
        let codes = try talks.map { try JSON(parsing: $0.replies()[0])["result"]["code"].text }
        #expect(codes == ["valid", "notFound", "valid"])
    }

    @Test func aMemberShowsWhatItMayDo() throws {
        try grant(#""principal":"user:gate","verifier":true"#)
        try grant(#""principal":"user:anna","role":"admin""#)
        let members = try daemon.call("members.list", #"{"workspace":"acme"}"#)["members"].items
        #expect(members.map { $0["role"].text } == ["none", "admin"])
        #expect(members.map { $0["verifier"] } == [.bool(true), .bool(false)])
        try grant(#""principal":"user:anna","verifier":true"#)
        try grant(#""principal":"user:anna","role":"none""#)
        let later = try daemon.call("members.list", #"{"workspace":"acme"}"#)["members"].items
        #expect(
            later.map { $0["role"].text } == ["none", "none"] && later.allSatisfy { $0["verifier"] == .bool(true) })
        #expect(try daemon.call("workspaces.get", #"{"workspace":"acme"}"#)["workspace"]["closed"] == .bool(true))
        #expect(try daemon.call("workspaces.get", #"{"workspace":"default"}"#)["workspace"]["closed"] == .bool(false))
    }

    @Test func aGrantOfNothingIsRefused() throws {
        let empty = try daemon.talk().call("members.grant", #"{"workspace":"acme","principal":"user:gate"}"#)
        #expect(empty["error"]["data"]["code"] == "invalidParams" && empty["error"]["data"]["param"] == "role")
        for members in [#""role":"none""#, #""verifier":false"#, #""role":"none","verifier":false"#] {
            let reply = try daemon.talk().call(
                "members.grant", #"{"workspace":"acme","principal":"user:gate",\#(members)}"#)
            #expect(reply["error"]["data"]["code"] == "notFound", "\(members)")
        }
        try grant(#""principal":"user:gate","role":"viewer""#)
        try grant(#""principal":"user:gate","role":"none""#)
        #expect(try daemon.call("members.list", #"{"workspace":"acme"}"#)["members"].items.isEmpty)
    }

    @Test func closingSaysWhoVerifiedInTheLastDay() throws {
        _ = try daemon.talk(as: .bert, on: .verify).ask(Self.line(secret, #","workspace":"acme""#))
        let reply = try daemon.talk().call(
            "members.grant", #"{"workspace":"acme","principal":"user:gate","verifier":true}"#)
        #expect(reply["error"]["data"]["code"] == "confirmationRequired")
        let checks = reply["error"]["data"]["checks"].items
        #expect(checks.map { $0["check"].text } == ["closesWorkspace", "changesDefault"])
        #expect(checks[0]["accounts"].items.map { $0["user"].text } == ["bert"])
        #expect(checks[0]["message"].text.contains("bert (uid 1002)"), "\(checks[0])")
    }
}

/// The names of verifiers are looked up in the background, never by a verification.
struct VerifierNameTests {
    /// Accounts that a test changes, and that can fail.
    private final class Accounts: AccountDirectory {
        let users = Mutex<[UInt32: String]>([0: "root", 998: "gate", 990: "keyward"])
        let lookups = Mutex(0)

        func userName(of uid: UInt32) -> String? { users.withLock { $0[uid] } }
        func currentUserName(of uid: UInt32) -> String? { userName(of: uid) }
        func userID(named name: String) -> UInt32? {
            lookups.withLock { $0 += 1 }
            return users.withLock { users in users.first { $0.value == name }?.key }
        }
        func groupID(named name: String) -> UInt32? { nil }
        func hasGroup(_ gid: UInt32) -> Bool { false }
        func humanNames() -> [String] { [] }
    }

    @Test func aNameThatMeansAnotherNumberVerifiesNoMore() throws {
        let accounts = Accounts()
        let daemon = try InMemoryDaemon(accounts: accounts)
        let secret = try daemon.secret("crm")
        try daemon.call(
            "members.grant", #"{"workspace":"default","principal":"user:gate","verifier":true,"confirm":true}"#)
        let line = #"{"jsonrpc":"2.0","id":7,"method":"keys.verify","params":{"key":"\#(secret)"}}"# + "\n"
        let talk = try daemon.talk(as: .gate, on: .verify)
        let names = VerifierNames(
            daemon.server.authority, reads: daemon.server.services.reads, report: { daemon.events.add($0) })
        let before = accounts.lookups.withLock { $0 }
        #expect(try talk.ask(line)["result"]["code"] == "valid")
        #expect(accounts.lookups.withLock { $0 } == before)
        // The name service fails: the number stays good.
        accounts.users.withLock { $0[998] = nil }
        names.check()
        #expect(try talk.ask(line)["result"]["code"] == "valid")
        accounts.users.withLock { $0[997] = "gate" }
        names.check()
        names.check()
        #expect(try talk.ask(line)["result"]["code"] == "notFound")
        let told = daemon.events.all.filter { if case .verifierVoid = $0 { true } else { false } }
        #expect(told.count == 1)
        accounts.users.withLock { ($0[997], $0[998]) = (nil, "gate") }
        names.check()
        #expect(try talk.ask(line)["result"]["code"] == "valid")
    }
}
