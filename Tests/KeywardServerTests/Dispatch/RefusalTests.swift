import KeywardCore
import Testing

@testable import KeywardServer

/// The reason why a key was refused last night.
@Suite struct RefusalTests {
    @Test func aKeyTellsWhyAndToWhomItWasRefused() throws {
        let daemon = try InMemoryDaemon()
        let secret = try daemon.secret("crm", #","scopes":["crm:read"]"#)
        func verify(_ user: Peer, _ members: String = "") throws -> JSON {
            try daemon.talk(as: user, on: .verify).call("keys.verify", #"{"key":"\#(secret)"\#(members)}"#)["result"]
        }
        #expect(try verify(.gate)["code"] == "valid")
        #expect(try daemon.call("keys.get", #"{"key":"crm"}"#)["key"]["lastRefusedAt"] == .null)

        #expect(try verify(.anna, #","scopes":["crm:write"]"#)["code"] == "insufficientScope")
        daemon.clock.pass(.hours(1))
        #expect(try verify(.gate, #","workspace":"acme""#)["code"] == "notFound")
        try daemon.call("keys.disable", #"{"key":"crm"}"#)
        for _ in 0..<3 { #expect(try verify(.gate)["code"] == "disabled") }

        for _ in 0..<2 {
            for key in [
                try daemon.call("keys.get", #"{"key":"crm"}"#)["key"], try daemon.call("keys.list")["keys"].items[0],
            ] {
                #expect(key["lastRefusedAt"] == "2026-01-05T13:00:00.000Z")
                #expect(key["lastRefusedBy"]["user"] == "gate" && key["lastRefusedCode"] == "disabled")
                #expect(key["refusedCount"].int == 5)
            }
            let hours = try daemon.call("keys.usage", #"{"key":"crm","bucket":"hour"}"#)
            let refusals = hours["refusals"].items
            #expect(
                refusals.map { "\($0["start"].text.dropFirst(11).prefix(2)) \($0["code"].text) \($0["user"].text)" }
                    == ["12 insufficientScope anna", "13 notFound gate", "13 disabled gate"])
            #expect(refusals.map { $0["count"].int } == [1, 1, 3])
            #expect(hours["lastRefusedCode"] == "disabled" && hours["lastRefusedBy"]["uid"].int == 998)
            let days = try daemon.call("keys.usage", #"{"key":"crm"}"#)["refusals"].items
            #expect(days.count == 3 && days.allSatisfy { $0["start"] == "2026-01-05T00:00:00.000Z" })
            daemon.server.everySecond.runOnce()
        }
    }
}
