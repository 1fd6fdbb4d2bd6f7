import KeywardCore
import KeywardTesting
import Testing

@testable import KeywardServer

/// The alarm of a canary, through the sockets' handlers.
struct CanaryAlarmTests {
    private let daemon: InMemoryDaemon
    private let secret: String

    init() throws {
        daemon = try InMemoryDaemon()
        secret = try daemon.secret("old-backup", #","canary":true"#)
    }

    private func line(_ key: String, _ members: String = "") -> String {
        #"{"jsonrpc":"2.0","id":7,"method":"keys.verify","params":{"key":"\#(key)"\#(members)}}"# + "\n"
    }

    private func alarms(_ params: String = "{}") throws -> [JSON] {
        try daemon.call("audit.list", params)["entries"].items.filter { $0["action"] == "key.canaryUsed" }
    }

    @Test func theAnswerIsThatOfAnUnknownKeyByteForByte() throws {
        let missing = try InMemoryDaemon(seed: 99).secret("old-backup")
        let talk = try daemon.talk(as: .gate, on: .verify)
        for members in ["", #","workspace":"*""#, #","workspace":"nowhere""#, #","cost":0,"address":"192.0.2.1""#] {
            #expect(talk.say(line(secret, members)) == talk.say(line(missing, members)), "\(members)")
        }
        let admin = try daemon.talk()
        #expect(admin.say(line(secret)) == admin.say(line(missing)))
    }

    @Test func aListOfTheTrailHasTheUsesBeforeIt() throws {
        _ = try daemon.talk(as: .gate, on: .verify).ask(line(secret, #","address":"192.0.2.1""#))
        let found = try alarms()
        #expect(found.count == 1)
        let details = try #require(found.first)["details"]
        #expect(details["uid"] == .number(998) && details["address"] == "192.0.2.1")
        #expect(try alarms(#"{"key":"old-backup"}"#).count == 1)
        #expect(!"\(found)".contains(secret))
    }

    @Test func usesThatCannotBeStoredWait() throws {
        daemon.store.fail(.commit, with: .cannotWrite("full"), times: 2)
        _ = try daemon.talk(as: .gate, on: .verify).ask(line(secret))
        daemon.settle()
        #expect(try alarms().isEmpty)
        #expect(try alarms().count == 1)
    }

    @Test(arguments: [
        #""expiresAt":"2027-01-01T00:00:00Z""#, #""scopes":["a:b"]"#, #""credits":{"remaining":5}"#,
        #""limits":[{"name":"a","limit":1,"windowSeconds":60}]"#, #""budget":"b""#, #""addresses":["10.0.0.0/8"]"#,
    ])
    func aCanaryHasNothingThatLimitsAVerification(member: String) throws {
        let reply = try daemon.talk().call("keys.create", #"{"name":"other","canary":true,\#(member)}"#)
        #expect(reply["error"]["data"]["code"] == "invalidParams", "\(reply)")
        #expect(member.contains("\"\(reply["error"]["data"]["param"].text)\""))
    }

    @Test func aListShowsCanariesAndFindsThemByStatus() throws {
        _ = try daemon.secret("crm")
        let all = try daemon.call("keys.list")["keys"].items.map { $0["status"].text }
        #expect(all == ["canary", "unused"])
        let canaries = try daemon.call("keys.list", #"{"status":["canary"]}"#)["keys"].items
        #expect(canaries.map { $0["name"].text } == ["old-backup"])
        #expect(canaries.first?["facts"].items == ["canary"])
        let others = try daemon.call("keys.list", #"{"facts":["unused","stale"]}"#)["keys"].items
        #expect(others.map { $0["name"].text } == ["crm"])
    }
}
