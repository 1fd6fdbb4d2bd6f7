import KeywardCore
import Testing

@testable import KeywardServer

/// Checks run in this order: parse, method, socket, shape, role, existence, plan, state, policy, confirmation. A call
/// that violates several gets the error of the first.
@Suite struct CheckOrderTests {
    /// Everything about this call is wrong; each step corrects what the step before was refused for.
    @Test func aCallIsRefusedForTheFirstThingThatIsWrong() throws {
        var policy = Policy()
        policy.plans["strict"] = Plan(apiAccess: true, requireExpiry: true)
        let daemon = try InMemoryDaemon(policy: policy)
        let secret = try daemon.secret("prod-key")
        _ = try daemon.secret("off")
        try daemon.call("keys.disable", #"{"key":"off"}"#)
        try daemon.call("members.grant", #"{"workspace":"default","principal":"user:bert","role":"viewer"}"#)
        _ = try daemon.talk(on: .verify).call("keys.verify", #"{"key":"\#(secret)"}"#)
        try daemon.call("workspaces.setPlan", #"{"workspace":"default","plan":"free","confirm":true}"#)

        let (root, anna, bert) = (try daemon.talk(), try daemon.talk(as: .anna), try daemon.talk(as: .bert))
        func rotate(_ key: String, _ grace: Int) -> String { #"{"key":"\#(key)","graceSeconds":\#(grace)}"# }
        #expect(try anna.ask("{,}")["error"]["data"]["code"] == "parseError")
        #expect(try anna.refusal("keys.turn", rotate("nothing", -1)) == "methodNotFound")
        let verify = try daemon.talk(as: .anna, on: .verify)
        #expect(try verify.refusal("keys.rotate", rotate("nothing", -1)) == "methodNotFound")
        #expect(try anna.refusal("keys.rotate", rotate("nothing", -1)) == "invalidParams")
        #expect(try anna.refusal("keys.rotate", rotate("nothing", 0)) == "permissionDenied")
        #expect(try bert.refusal("keys.rotate", rotate("nothing", 0)) == "permissionDenied")
        #expect(try root.refusal("keys.rotate", rotate("nothing", 0)) == "notFound")
        #expect(try root.refusal("keys.rotate", rotate("off", 0)) == "upgradeRequired")
        try daemon.call("workspaces.setPlan", #"{"workspace":"default","plan":"strict"}"#)
        #expect(try root.refusal("keys.rotate", rotate("off", 0)) == "invalidState")
        #expect(try root.refusal("keys.rotate", rotate("prod-key", 0)) == "policyViolation")
        try daemon.call("workspaces.setPlan", #"{"workspace":"default","plan":"standard"}"#)
        let asked = try root.call("keys.rotate", rotate("prod-key", 0))["error"]
        #expect(asked["data"]["code"] == "confirmationRequired")
        #expect(asked["data"]["checks"].items.map(\.["check"].text).contains("productionRotation"))
        #expect(try root.refusal("keys.rotate", #"{"key":"prod-key","graceSeconds":0,"confirm":true}"#) == nil)
    }

    @Test func aStrangerCannotTellWhatExists() throws {
        let daemon = try InMemoryDaemon()
        let key = try daemon.call("keys.create", #"{"name":"a"}"#)["key"]
        let anna = try daemon.talk(as: .anna)
        for reference in [key["id"].text, key["prefix"].text] {
            let there = try anna.call("keys.get", #"{"key":"\#(reference)"}"#)["error"]
            let away = try anna.call("keys.get", #"{"key":"\#(reference.dropLast())0"}"#)["error"]
            #expect(there["data"]["code"] == "notFound" && there == away)
        }
        let there = try anna.call("keys.list", #"{"workspace":"default"}"#)["error"]
        let away = try anna.call("keys.list", #"{"workspace":"nowhere"}"#)["error"]
        #expect(there["data"]["code"] == "permissionDenied" && there == away)
    }

    @Test(arguments: [
        ("workspaces.create", #"{"name":"w"}"#), ("workspaces.setPlan", #"{"workspace":"default","plan":"free"}"#),
        ("audit.check", "{}"), ("system.backup", "{}"), ("keys.verify", #"{"key":"x"}"#),
    ])
    func operatorsAlone(method: String, params: String) throws {
        let daemon = try InMemoryDaemon()
        try daemon.call("members.grant", #"{"workspace":"default","principal":"user:anna","role":"admin"}"#)
        let error = try daemon.talk(as: .anna).call(method, params)["error"]
        #expect(error["data"]["code"] == "permissionDenied")
        #expect(error["message"].text.contains("keyward-admin") && error["message"].text.contains("anna"))
        var inGroup = Peer.anna.credentials
        inGroup.groups = [400]
        let member = try Talk(RequestHandler(daemon.server.services, on: .admin), as: inGroup)
        #expect(try member.refusal(method, params) != "permissionDenied")
    }

    @Test(arguments: ["system.status", "system.metrics", "workspaces.list"])
    func membersAlone(method: String) throws {
        let daemon = try InMemoryDaemon()
        #expect(try daemon.talk(as: .anna).refusal(method, "{}") == "permissionDenied")
        try daemon.call("members.grant", #"{"workspace":"default","principal":"gid:1001","role":"viewer"}"#)
        #expect(try daemon.talk(as: .anna).refusal(method, "{}") == nil)
    }
}
