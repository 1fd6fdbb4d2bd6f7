import KeywardCore
import Testing

@testable import KeywardServer

/// The addresses of a key in the protocol.
@Suite struct AddressTests {
    private static let blocks = #"["10.0.0.0/8","2001:DB8::/32","::ffff:11.0.0.1"]"#
    private static let shown: JSON = ["10.0.0.0/8", "2001:db8::/32", "11.0.0.1/32"]

    @Test func theyAreShownInOneFormAndInherited() throws {
        let daemon = try InMemoryDaemon()
        _ = try daemon.secret("free")
        _ = try daemon.secret("office", #","addresses":\#(Self.blocks)"#)
        let rotated = try daemon.call("keys.rotate", #"{"key":"office"}"#)
        for key in [
            rotated["key"], rotated["retiring"], try daemon.call("keys.get", #"{"key":"office"}"#)["key"],
            try daemon.call("keys.list", #"{"sort":"-created"}"#)["keys"].items[0],
        ] {
            #expect(key["addresses"] == Self.shown)
        }
        let free = try daemon.call("keys.get", #"{"key":"free"}"#)["key"]
        #expect(free["addresses"] == .null && free.members.keys.contains("addresses"))
        let column = try daemon.call("keys.list", #"{"sort":"-created","columns":["addresses"]}"#)["keys"].items
        #expect(column.map(\.members) == [["addresses": Self.shown], ["addresses": Self.shown], ["addresses": .null]])
    }

    @Test func anUpdateKeepsReplacesAndClearsThem() throws {
        let daemon = try InMemoryDaemon()
        let secret = try daemon.secret("office", #","addresses":\#(Self.blocks)"#)
        let talk = try daemon.talk(as: .gate, on: .verify)
        func update(_ members: String) throws -> JSON {
            try daemon.call("keys.update", #"{"key":"office"\#(members)}"#)["key"]["addresses"]
        }
        func code() throws -> String {
            try talk.call("keys.verify", #"{"key":"\#(secret)","address":"12.0.0.1"}"#)["result"]["code"].text
        }
        #expect(try update(#","purpose":"p""#) == Self.shown && code() == "addressRefused")
        #expect(try update(#","addresses":["12.0.0.0/8"]"#) == ["12.0.0.0/8"] && code() == "valid")
        #expect(try update(#","addresses":null"#) == .null && code() == "valid")
        let details = try daemon.call("audit.list", #"{"key":"office"}"#)["entries"].items.map {
            $0["details"]["addresses"]
        }
        #expect(details.contains(Self.shown) && details.contains(["12.0.0.0/8"]) && details.contains([]))
    }

    @Test func aRefusedAddressLeavesTheKeysDetails() throws {
        let daemon = try InMemoryDaemon()
        let secret = try daemon.secret("office", #","addresses":\#(Self.blocks)"#)
        let talk = try daemon.talk(as: .gate, on: .verify)
        for address in ["", #","address":"12.0.0.1""#] {
            let result = try talk.call("keys.verify", #"{"key":"\#(secret)"\#(address)}"#)["result"]
            #expect(result["valid"] == .bool(false) && result["code"] == "addressRefused" && result["name"] == "office")
            #expect(result["missing"] == .null && result["addresses"] == .null)
        }
        let key = try daemon.call("keys.get", #"{"key":"office"}"#)["key"]
        #expect(key["refusedCount"].int == 2 && key["lastRefusedCode"] == "addressRefused")
    }

    @Test func theLastAddressesAreForAdminsAlone() throws {
        let daemon = try InMemoryDaemon()
        let secret = try daemon.secret("crm")
        for (user, role) in [("anna", "admin"), ("bert", "viewer")] {
            try daemon.call("members.grant", #"{"workspace":"default","principal":"user:\#(user)","role":"\#(role)"}"#)
        }
        for address in ["10.0.0.1", "::ffff:10.0.0.1", "2001:DB8::1"] {
            _ = try daemon.talk(on: .verify).call("keys.verify", #"{"key":"\#(secret)","address":"\#(address)"}"#)
            daemon.clock.pass(.hours(1))
        }
        func last(_ peer: Peer) throws -> JSON {
            try daemon.talk(as: peer).call("keys.get", #"{"key":"crm"}"#)["result"]["lastAddresses"]
        }
        for peer in [Peer.root, .anna] {
            #expect(try last(peer).items.map(\.["address"]) == ["2001:db8::1", "10.0.0.1"])
            #expect(
                try last(peer).items.map(\.["since"]) == ["2026-01-05T14:00:00.000Z", "2026-01-05T12:00:00.000Z"])
        }
        #expect(try last(.bert) == .null)
        var policy = Policy()
        policy.keepsLastAddresses = false
        _ = daemon.server.configuration.adopt(policy)
        #expect(try last(.root) == .null)
    }
}
