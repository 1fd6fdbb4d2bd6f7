import KeywardCore
import KeywardTesting

@testable import KeywardServer

/// A daemon with a key for every possible answer of a verification.
struct KeysOfAllKinds {
    let daemon: InMemoryDaemon
    private var secrets: [String: String] = [:]

    init() throws {
        daemon = try InMemoryDaemon(
            policy: {
                var policy = Policy()
                policy.plans["none"] = Plan(apiAccess: false)
                return policy
            }())
        try daemon.call("workspaces.create", #"{"name":"acme","tag":"acme"}"#)
        try daemon.call("workspaces.create", #"{"name":"poor"}"#)
        try make("stale")
        try make("expired", #","expiresAt":"2026-02-01T00:00:00Z""#)
        try make("all", #","expiresAt":"2026-05-05T12:00:00Z""#)
        daemon.clock.pass(.days(100))
        try make("plain")
        try make(
            "rich",
            #","owner":{"name":"Zo\u00eb \"Z\"","principal":"uid:7"},"purpose":"p","metadata":{"a" : [1, 2e3]},"#
                + #""scopes":["read:*","write:a"],"expiresAt":"2027-01-01T00:00:00.5+01:00""#)
        try make("office", #","addresses":["10.0.0.0/8","2001:db8::/32"],"scopes":["read:*"]"#)
        try make("expiring", #","expiresAt":"2026-04-20T00:00:00Z""#)
        daemon.clock.pass(.days(4))
        for name in ["retiring", "superseded", "revoked", "disabled", "waiting"] { try make(name) }
        try make("limited", #","limits":[{"name":"r","limit":2,"windowSeconds":60}],"credits":{"remaining":99}"#)
        try make("spent", #","credits":{"remaining":1,"refill":{"amount":5,"every":"month","day":31}}"#)
        try make("elsewhere", #","workspace":"acme""#)
        try make("suspended", #","workspace":"poor""#)
        secrets["successor"] = try rotate("retiring")
        secrets["second"] = try rotate("all")
        _ = try rotate("superseded", #","graceSeconds":0,"graceStarts":"now""#)
        try daemon.call("keys.revoke", #"{"key":"revoked","reason":"other"}"#)
        try daemon.call("keys.disable", #"{"key":"disabled"}"#)
        try daemon.call("workspaces.setPlan", #"{"workspace":"poor","plan":"none","confirm":true}"#)
    }

    private mutating func make(_ name: String, _ members: String = "") throws {
        secrets[name] = try daemon.secret(name, members)
    }

    private func rotate(_ name: String, _ members: String = "") throws -> String {
        try daemon.call("keys.rotate", #"{"key":"\#(name)","confirm":true\#(members)}"#)["secret"].text
    }

    /// The parameters of all verifications, each key twice: the first use changes the state for the second.
    var questions: [String] {
        let named = secrets.sorted { $0.key < $1.key }
        let workspaces = [
            "", #","workspace":"*""#, #","workspace":null,"scopes":null"#, #","workspace":"acme""#,
            #","workspace":"\u0061cme","scopes":[]"#, #","workspace":"\u002a""#, #","workspace":"nowhere""#,
            #","workspace":"""#, #","workspace":"default""#,
        ]
        let scopes = [
            #","scopes":["read:x"]"#, #","scopes":["read:x","write:a"]"#, #","scopes":["write:b"]"#,
            #","scopes":["wr\u0069te:a"]"#, #","scopes":["read:"]"#, #","scopes":["read"]"#,
            #","anyOf":[["read:x"]]"#, #","anyOf":[["b"],["read:x","write:a"]]"#,
            #","anyOf":[["b","c"],["read:x","c"]]"#,
            #","scopes":["write:a"],"anyOf":[["read:x"],["b"]]"#, #","scopes":["b"],"anyOf":[["b"]]"#,
            #","anyOf":null"#, #","cost":3"#, #","cost":0,"limits":[{"name":"x","cost":2},{"name":"y"}]"#,
        ]
        var questions = ["x", "", #"kw_\u0031"#, "\\ud83d\\ude00"].map { #"{"key":"\#($0)"}"# }
        for (_, secret) in named {
            for workspace in workspaces { questions.append(#"{"key":"\#(secret)"\#(workspace)}"#) }
        }
        let rich = secrets["rich"] ?? ""
        for scope in scopes { questions.append(#"{"key":"\#(rich)"\#(scope)}"#) }
        for demand in [#","cost":0"#, #","cost":3"#, #","limits":[{"name":"r","cost":9}]"#, #","cost":null"#] {
            questions.append(#"{"key":"\#(secrets["limited"] ?? "")"\#(demand)}"#)
        }
        for address in addresses { questions.append(#"{"key":"\#(secrets["office"] ?? "")"\#(address)}"#) }
        for address in addresses { questions.append(#"{"key":"\#(rich)"\#(address)}"#) }
        let escaped = rich.utf8.map { "\\u00" + String($0, radix: 16) }.joined()
        questions.append(#"{"k\u0065y":"\#(escaped)","workspace":"*"}"#)
        questions.append(#"{"key":"\#(rich.dropLast())0"}"#)
        let other = (try? InMemoryDaemon(seed: 99).secret("unknown")) ?? ""
        questions.append(#"{"key":"\#(other)"}"#)
        return questions
    }

    /// The addresses of clients, in and out of those of the key.
    private var addresses: [String] {
        [
            #","address":"10.1.2.3""#, #","address":"11.1.2.3""#, #","address":null"#, #","address":"::ffff:10.1.2.3""#,
            #","address":"\u0031\u0030.1.2.3""#, #","address":"2001:DB8::1","scopes":["read:a"]"#,
            #","scopes":["write:a"],"address":"2001:db8::1""#, #","scopes":["write:a"],"address":"2001:db9::1""#,
            #","address":"10.1.2.3","anyOf":[["read:a"]]"#, #","anyOf":[["read:a"]],"address":"11.1.2.3""#,
            #","anyOf":[["read:a"]]"#, #","workspace":"acme","address":"10.1.2.3""#,
            #","workspace":"*","address":"10.1.2.3""#,
        ]
    }

    func tally() throws -> JSON { try daemon.call("system.status")["verifications"] }

    func countsByKey() throws -> [[JSON]] {
        try ["default", "acme", "poor"].flatMap { workspace in
            try daemon.call("keys.list", #"{"workspace":"\#(workspace)"}"#)["keys"].items.map {
                [$0["name"], $0["usageCount"], $0["refusedCount"], $0["lastUsedBy"], $0["status"]]
            }
        }
    }
}
