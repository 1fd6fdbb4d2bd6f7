import KeywardCore
import KeywardProtocol
import Testing

@testable import KeywardServer

/// Only `keys.verify` accepts a key. Anywhere else a key, whole or truncated, is refused, and never repeated or stored.
@Suite struct SecretGuardTests {
    /// The possible spellings of a key in a JSON string.
    private static let spellings: [@Sendable (String) -> String] = [
        { $0 }, { "my key is \($0), keep it" }, { "x\($0)y" }, { #"\u006b"# + $0.dropFirst() },
        { $0.utf8.map { "\\u00" + String($0, radix: 16) }.joined() }, { "kw_\($0)" }, { "_______\($0)" },
        { String($0.dropLast()) }, { String($0.dropLast(3)) }, { "lost its end: \($0.dropLast(2)) " },
    ]

    private static let places: [(method: String, param: String, write: @Sendable (String) -> String)] = [
        ("keys.create", "name", { #"{"name":"\#($0)"}"# }),
        ("keys.create", "workspace", { #"{"name":"n","workspace":"\#($0)"}"# }),
        ("keys.create", "owner", { #"{"name":"n","owner":{"name":"\#($0)"}}"# }),
        ("keys.create", "owner", { #"{"name":"n","owner":{"name":"a","\#($0)":1}}"# }),
        ("keys.create", "purpose", { #"{"name":"n","purpose":"\#($0)"}"# }),
        ("keys.create", "scopes", { #"{"name":"n","scopes":["a","\#($0)"]}"# }),
        ("keys.create", "metadata", { #"{"name":"n","metadata":{"a":[{"b":"\#($0)"}]}}"# }),
        ("keys.create", "metadata", { #"{"name":"n","metadata":{"a":{"\#($0)":1}}}"# }),
        ("keys.create", "requestId", { #"{"name":"n","requestId":"\#($0)"}"# }),
        ("keys.get", "key", { #"{"key":"\#($0)"}"# }),
        ("keys.update", "purpose", { #"{"key":"k","purpose":"\#($0)"}"# }),
        ("keys.revoke", "key", { #"{"key":"\#($0)","reason":"other"}"# }),
        ("keys.revoke", "note", { #"{"key":"k","reason":"other","note":"\#($0)"}"# }),
        ("keys.list", "search", { #"{"search":"\#($0)"}"# }),
        ("keys.list", "start", { #"{"start":"\#($0)"}"# }),
        ("keys.list", "cursor", { #"{"cursor":"\#($0)"}"# }),
        ("audit.list", "key", { #"{"key":"\#($0)"}"# }),
        ("workspaces.create", "name", { #"{"name":"\#($0)"}"# }),
        ("members.grant", "principal", { #"{"workspace":"default","principal":"user:\#($0)","role":"viewer"}"# }),
        ("system.ping", "anything", { #"{"anything":"\#($0)"}"# }),
    ]

    @Test(arguments: places.indices)
    func aKeyIsRefusedWhereverItStands(index: Int) throws {
        let place = Self.places[index]
        let daemon = try InMemoryDaemon()
        let secret = try daemon.secret("a")
        let commits = daemon.store.writes.commits
        let talk = try daemon.talk()
        for spell in Self.spellings {
            let line = #"{"jsonrpc":"2.0","id":1,"method":"\#(place.method)","params":\#(place.write(spell(secret)))}"#
            let reply = talk.say(line + "\n")[0]
            let error = try JSON(parsing: reply)["error"]
            #expect(error["data"]["code"] == "invalidParams" && error["data"]["param"].text == place.param, "\(place)")
            #expect(!reply.contains(secret.suffix(36).prefix(30)) && !reply.contains(secret.dropFirst(3).prefix(20)))
        }
        #expect(daemon.store.writes.commits == commits)
        for event in daemon.events.all { #expect(!"\(event)".contains(secret.suffix(36).prefix(30))) }
    }

    @Test func aParametersNameIsNotRepeatedIfItIsAKey() throws {
        let daemon = try InMemoryDaemon()
        let secret = try daemon.secret("a")
        for params in [#"{"\#(secret)":1}"#, #"{"\#(secret)x":{}}"#, #"{"\u006b\#(secret.dropFirst())":1}"#] {
            for method in ["keys.get", "keys.verify", "system.ping"] {
                let line = #"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":\#(params)}"#
                let reply = try daemon.talk().say(line + "\n")[0]
                #expect(try JSON(parsing: reply)["error"]["data"]["code"] == "invalidParams")
                #expect(!reply.contains(secret.suffix(36)))
            }
        }
    }

    @Test func whatOnlyLooksLikeAKeyIsTaken() throws {
        let daemon = try InMemoryDaemon()
        let parts = try daemon.secret("a").split(separator: "_")
        let other = "\(parts[0])_\(parts[1])_\(String(repeating: "0", count: 30))\(parts[2].suffix(6))"
        for text in [other, "backup_20261123_0123456789abcdef0123456789abcdef", String(other.dropLast(3))] {
            let key = try daemon.call("keys.update", #"{"key":"a","purpose":"\#(text)"}"#)["key"]
            #expect(key["purpose"].text == text)
        }
    }

    @Test func aSecretIsToldOnceAndKeptNowhere() throws {
        let daemon = try InMemoryDaemon()
        let secret = try daemon.secret("a", #","owner":{"name":"o"},"purpose":"p""#)
        let successor = try daemon.call("keys.rotate", #"{"key":"a"}"#)["secret"].text
        for key in [secret, successor] {
            _ = try daemon.talk(on: .verify).call("keys.verify", #"{"key":"\#(key)"}"#)
        }
        daemon.settle()
        let sweepMarks = try ["keys.list", "audit.list", "system.status", "system.metrics"].map {
            "\(try daemon.call($0))"
        }
        for place in sweepMarks + ["\(daemon.store.contents)", "\(daemon.events.all)", "\(daemon.server)"] {
            for key in [secret, successor] { #expect(!place.contains(key.suffix(36))) }
        }
    }
}
