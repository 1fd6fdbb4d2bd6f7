import KeywardCore
import Testing

@testable import KeywardServer

/// One workspace, its name in two forms: as macOS writes it, and as it is stored.
@Suite struct WorkspaceNameTests {
    private static let (composed, decomposed) = ("Caf\u{E9}", "Cafe\u{301}")

    @Test(arguments: [composed, decomposed, #"Caf\u00e9"#, #"Cafe\u0301"#])
    func bothFormsMeanTheSameToVerificationsAndAdmins(written: String) throws {
        let daemon = try InMemoryDaemon()
        try daemon.call("workspaces.create", #"{"name":"\#(Self.decomposed)"}"#)
        let key = try daemon.secret("crm", #","workspace":"\#(Self.composed)""#)
        let params = #"{"key":"\#(key)","workspace":"\#(written)"}"#
        let line = #"{"jsonrpc":"2.0","id":1,"method":"keys.verify","params":\#(params)}"#
        for lines in ["\(line)\n", "[\(line)]\n"] {
            let replies = try daemon.talk(as: .gate, on: .verify).say(lines)
            #expect(replies.count == 1 && replies[0].contains(#""code":"valid""#), "\(replies)")
            #expect(replies[0].contains("\"\(Self.composed)\""))
        }
        #expect(try daemon.call("keys.verify", params)["code"] == "valid")
        for method in ["keys.list", "workspaces.get", "members.list", "audit.list"] {
            let result = try daemon.call(method, #"{"workspace":"\#(written)"}"#)
            if method == "audit.list" { #expect(result["entries"].items.count == 2) }
        }
        #expect(try daemon.call("keys.get", #"{"key":"crm","workspace":"\#(written)"}"#)["key"]["name"] == "crm")
    }

    @Test func textsAreKeptInOneForm() throws {
        let daemon = try InMemoryDaemon()
        _ = try daemon.secret(
            "crm", #","purpose":"\#(Self.decomposed)","owner":{"name":"\#(Self.decomposed)"},"requestId":"e\#u{301}""#)
        let key = try daemon.call("keys.get", #"{"key":"crm"}"#)["key"]
        #expect(key["purpose"].text.utf8.elementsEqual(Self.composed.utf8))
        #expect(key["owner"]["name"].text.utf8.elementsEqual(Self.composed.utf8))
        let again = try daemon.talk().call("keys.create", #"{"name":"other","requestId":"\#u{E9}"}"#)
        #expect(again["error"]["data"]["code"] == "conflict")
        #expect(try daemon.call("keys.list", #"{"search":"CAFE\#u{301}"}"#)["keys"].items.count == 1)
    }

    @Test func anOperatorIsToldWhyANameIsTaken() throws {
        let daemon = try InMemoryDaemon()
        try daemon.call("workspaces.create", #"{"name":"acme"}"#)
        let reply = try daemon.talk().call("workspaces.create", #"{"name":"ACME"}"#)
        #expect(reply["error"]["data"]["code"] == "conflict")
        #expect(reply["error"]["message"].text.contains("case"))
    }
}
