import KeywardProtocol
import Testing

/// The replies about the two keys of a rotation.
struct RotationRepliesTests {
    private let daemon: InMemoryDaemon
    private let (old, new): (String, String)

    init() throws {
        daemon = try InMemoryDaemon()
        _ = try daemon.secret("pay")
        let rotation = try daemon.call("keys.rotate", #"{"key":"pay"}"#)
        (old, new) = (rotation["retiring"]["prefix"].text, rotation["key"]["prefix"].text)
    }

    private func error(_ method: String, _ params: String) throws -> JSON {
        try daemon.talk().call(method, params)["error"]
    }

    @Test(arguments: [
        ("keys.revoke", #","reason":"other","confirm":true"#), ("keys.disable", ""), ("keys.enable", ""),
        ("keys.update", #","expiresAt":"2027-01-01T00:00:00Z","confirm":true"#),
    ]) func aNameThatTwoKeysHaveIsRefusedWithBoth(method: String, more: String) throws {
        let error = try self.error(method, #"{"key":"pay"\#(more)}"#)
        #expect(error["data"]["code"] == "invalidState")
        #expect(error["data"]["status"] == "unused")
        let keys = error["data"]["keys"].items
        #expect(keys.map { $0["prefix"].text } == [old, new])
        #expect(keys.map { $0["status"].text } == ["retiring", "unused"])
        #expect(keys.allSatisfy { $0["keyId"].text.hasPrefix("key_") })
        #expect(error["message"].text.contains("\(old) (retiring) and \(new) (unused)"))
    }

    @Test func aRevokeOfTheNewKeyAsksAndTellsWhatContinues() throws {
        let params = #"{"key":"\#(new)","reason":"other""#
        let check = try error("keys.revoke", params + "}")["data"]["checks"].items[0]
        #expect(check["check"] == "otherEndContinues")
        #expect(check["message"].text == "The old key, \(old), keeps working without an end.")
        #expect(check["other"]["prefix"].text == old)
        let result = try daemon.call("keys.revoke", params + #","confirm":true}"#)
        #expect(result["continues"]["prefix"].text == old)
        #expect(try daemon.call("keys.disable", #"{"key":"pay"}"#)["continues"] == .null)
    }

    @Test func aConfirmationForADisabledKeySaysWhy() throws {
        try daemon.call("keys.disable", #"{"key":"\#(new)"}"#)
        let checks = try error("keys.confirmRotation", #"{"key":"pay"}"#)["data"]["checks"].items
        #expect(checks.map { $0["check"].text } == ["replacementUnused", "noVerifyingKey"])
        #expect(checks[1]["message"].text == "Then no key named pay verifies any more: \(new) is disabled.")
    }

    @Test func anExpiryTellsForHowLongTheOldKeyContinues() throws {
        let params = #"{"key":"\#(new)","expiresAt":"2026-01-06T00:00:00Z""#
        let check = try error("keys.update", params + "}")["data"]["checks"].items[0]
        #expect(check["check"] == "otherEndContinues")
        #expect(check["message"].text == "The old key, \(old), keeps working for 30 days more.")
        #expect(check["until"] != .null)
        try daemon.call("keys.update", params + #","confirm":true}"#)
    }

    @Test func readsTellOfThePredecessors() throws {
        #expect(try daemon.call("keys.get", #"{"key":"pay"}"#)["predecessors"].items.map { $0["prefix"].text } == [old])
        #expect(try daemon.call("keys.get", #"{"key":"\#(old)"}"#)["predecessors"].items.isEmpty)
        #expect(try daemon.call("keys.usage", #"{"key":"pay"}"#)["keys"].items.map { $0["prefix"].text } == [new, old])
        #expect(try daemon.call("keys.usage", #"{"key":"\#(new)"}"#)["keys"].items.count == 1)
        let entries = try daemon.call("audit.list", #"{"key":"pay"}"#)["entries"].items
        #expect(entries.map { $0["action"].text } == ["key.created", "key.rotated", "rotation.started"])
    }
}
