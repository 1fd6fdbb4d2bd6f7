import Foundation
import KeywardTesting
import Testing

/// A secret is in the reply that creates it, and nowhere else.
struct SecretTests {
    private let daemon: TestDaemon
    private let client: LineClient

    init() throws {
        daemon = try TestDaemon()
        client = try LineClient(daemon.process.adminSocket)
    }

    @Test func noSecretIsInAnyLogFileReplyOrOutput() throws {
        let secrets = try makeSecrets()
        var seen = try repliesToSecretsEverywhere(secrets)
        seen += try outputsOfTheCommand(secrets)
        try daemon.done("system.backup", #"{"name":"backup.db"}"#)
        for (name, text) in seen { expectNone(of: secrets, in: Data(text.utf8), name) }
        try expectNoneOnDisk(of: secrets)
        try daemon.restart()
        #expect(try daemon.done("audit.check")["ok"].bool == true)
        try expectNoneOnDisk(of: secrets)
        daemon.process.stop()
        #expect(daemon.log.contains("key.created"))
        expectNone(of: secrets, in: Data(daemon.log.utf8), "the log")
    }

    /// Keys in every state in which they can be presented, each verified once.
    private func makeSecrets() throws -> [String] {
        let active = try daemon.create("active").secret
        let revoked = try daemon.create("revoked").secret
        try daemon.done("keys.revoke", #"{"key":"revoked","reason":"other"}"#)
        let disabled = try daemon.create("disabled").secret
        try daemon.done("keys.disable", #"{"key":"disabled"}"#)
        let old = try daemon.create("rotated").secret
        let new = try #require(try daemon.done("keys.rotate", #"{"key":"rotated"}"#)["secret"].string)
        let superseded = try daemon.create("superseded").secret
        let successor = try daemon.done(
            "keys.rotate", #"{"key":"superseded","graceSeconds":0,"graceStarts":"now","confirm":true}"#)
        let expired = try daemon.create("expired", #""expiresAt":"\#(Instant.inMilliseconds(300))""#).secret
        var isExpired = false
        for _ in 0..<1_000_000 where !isExpired { isExpired = try daemon.verdict(expired) == "expired" }
        let verdicts = try [active, revoked, disabled, old, new, superseded, expired].map { try daemon.verdict($0) }
        #expect(verdicts == ["valid", "revoked", "disabled", "valid", "valid", "superseded", "expired"])
        return [active, revoked, disabled, old, new, superseded, expired]
            + [try #require(successor["secret"].string)]
    }

    /// Every line in which a client can misplace a secret, and the replies.
    private func repliesToSecretsEverywhere(_ secrets: [String]) throws -> [(String, String)] {
        var replies: [(String, String)] = []
        for secret in [secrets[0], secrets[1], secrets[6]] {
            for line in Self.lines(with: secret) {
                let isSafe = #"{"jsonrpc":"2.0","id":1,"result":"#
                let reply = try client.exchange(line).replacingOccurrences(of: "\"id\":\"\(secret)\"", with: "")
                if reply.hasPrefix(isSafe), !line.contains("keys.verify") {
                    Issue.record("a secret was taken: \(line.replacingOccurrences(of: secret, with: "SECRET"))")
                }
                replies.append((line.replacingOccurrences(of: secret, with: "SECRET"), reply))
            }
        }
        return replies
    }

    /// Calls with a text that may contain a secret by mistake.
    private static let slips: [(method: String, params: String)] = [
        ("keys.create", #"{"name":"SECRET"}"#), ("keys.create", #"{"name":"fresh","purpose":"SECRET"}"#),
        ("keys.create", #"{"name":"fresh","requestId":"SECRET"}"#),
        ("keys.create", #"{"name":"fresh","workspace":"SECRET"}"#),
        ("keys.create", #"{"name":"fresh","owner":{"name":"SECRET"}}"#),
        ("keys.create", #"{"name":"fresh","owner":{"contact":"SECRET"}}"#),
        ("keys.create", #"{"name":"fresh","owner":{"principal":"user:SECRET"}}"#),
        ("keys.create", #"{"name":"fresh","owner":{"SECRET":"x"}}"#),
        ("keys.create", #"{"name":"fresh","scopes":["SECRET"]}"#),
        ("keys.create", #"{"name":"fresh","metadata":{"a":{"b":["SECRET"]}}}"#),
        ("keys.create", #"{"name":"fresh","metadata":{"SECRET":1}}"#),
        ("keys.create", #"{"name":"fresh","expiresAt":"SECRET"}"#), ("keys.create", #"{"name":"fresh","SECRET":1}"#),
        ("keys.create", #"{"SECRET":"SECRET"}"#), ("keys.revoke", #"{"key":"active","reason":"SECRET"}"#),
        ("keys.revoke", #"{"key":"disabled","reason":"other","note":"SECRET"}"#),
        ("keys.update", #"{"key":"disabled","name":"SECRET"}"#),
        ("keys.update", #"{"key":"disabled","metadata":{"a":"SECRET"}}"#),
        ("keys.update", #"{"key":"disabled","purpose":"SECRET"}"#),
        ("keys.update", #"{"key":"disabled","owner":{"name":"SECRET"}}"#),
        ("keys.rotate", #"{"key":"active","graceStarts":"SECRET"}"#),
        ("keys.rotate", #"{"key":"active","requestId":"SECRET"}"#), ("keys.list", #"{"search":"SECRET"}"#),
        ("keys.list", #"{"cursor":"0.0.SECRET"}"#), ("keys.list", #"{"status":["SECRET"]}"#),
        ("keys.list", #"{"sort":"SECRET"}"#), ("keys.get", #"{"key":"SECRET"}"#), ("keys.usage", #"{"key":"SECRET"}"#),
        ("keys.usage", #"{"key":"active","from":"SECRET"}"#), ("keys.update", #"{"key":"SECRET"}"#),
        ("keys.rotate", #"{"key":"SECRET"}"#), ("keys.confirmRotation", #"{"key":"SECRET"}"#),
        ("keys.cancelRotation", #"{"key":"SECRET"}"#), ("keys.revoke", #"{"key":"SECRET","reason":"other"}"#),
        ("keys.disable", #"{"key":"SECRET"}"#), ("keys.enable", #"{"key":"SECRET"}"#),
        ("workspaces.create", #"{"name":"SECRET"}"#), ("workspaces.create", #"{"name":"fresh","plan":"SECRET"}"#),
        ("workspaces.create", #"{"name":"fresh","tag":"SECRET"}"#), ("workspaces.get", #"{"workspace":"SECRET"}"#),
        ("workspaces.setPlan", #"{"workspace":"default","plan":"SECRET"}"#),
        ("members.grant", #"{"workspace":"default","role":"viewer","principal":"user:SECRET"}"#),
        ("members.grant", #"{"workspace":"default","role":"SECRET","principal":"uid:1"}"#),
        ("members.remove", #"{"workspace":"default","principal":"SECRET"}"#),
        ("members.list", #"{"workspace":"SECRET"}"#), ("audit.list", #"{"key":"SECRET"}"#),
        ("audit.list", #"{"workspace":"SECRET"}"#), ("system.backup", #"{"name":"SECRET"}"#),
        ("system.ping", #"{"SECRET":1}"#), ("keys.verify", #"{"key":"x","workspace":"SECRET"}"#),
        ("keys.verify", #"{"key":"x","SECRET":"y"}"#), ("keys.verify", #"{"key":"x","scopes":["SECRET "]}"#),
        ("SECRET", "{}"), ("system.ping", #""SECRET""#), ("system.ping", #"["SECRET"]"#),
    ]

    /// Lines that are not calls, or that consist of a secret.
    private static let others = [
        #"{"jsonrpc":"SECRET","id":1,"method":"system.ping"}"#,
        #"{"jsonrpc":"2.0","id":"SECRET","method":"no.such.method"}"#,
        #"{"jsonrpc":"2.0","id":["SECRET"],"method":"system.ping"}"#,
        #"{"jsonrpc":"2.0","id":1,"method":"keys.verify","params":{"key":"SECRET"}}"#,
        #"{"jsonrpc":"2.0","id":1,"method":"keys.verify","params":{"key":"SECRET1"}}"#,
        #"{"jsonrpc":"2.0","id":1,"method":"keys.verify","params":{"key":" SECRET"}}"#,
        #"{"jsonrpc":"2.0","id":1,"method":"keys.verify","params":{"key":"SECRET"}"#,
        "SECRET", "{SECRET}", #"{"SECRET":1,"SECRET":2}"#, #"["SECRET"]"#, #"{"SECRET":"SECRET"}"#,
    ]

    private static func lines(with secret: String) -> [String] {
        let texts = [
            secret, "my key is \(secret), please", "x" + secret, secret + "\\n", "\\u006b" + secret.dropFirst(),
        ]
        let calls = slips.map { #"{"jsonrpc":"2.0","id":1,"method":"\#($0.method)","params":\#($0.params)}"# }
        return texts.flatMap { text in calls.map { $0.replacingOccurrences(of: "SECRET", with: text) } }
            + others.map { $0.replacingOccurrences(of: "SECRET", with: secret) }
    }

    /// The command's output for secrets in correct and in wrong places.
    private func outputsOfTheCommand(_ secrets: [String]) throws -> [(String, String)] {
        let commands = [
            ["list"], ["show", "active"], ["usage", "active"], ["usage", "active", "--accounts"],
            ["update", "active", "--purpose", "p"], ["disable", "active"], ["enable", "active"],
            ["cancel", "superseded"], ["confirm", "rotated", "--yes"], ["revoke", "active", "--yes"],
            ["workspace", "list"], ["workspace", "show"], ["workspace", "create", "acme"],
            ["workspace", "set-plan", "acme", "free"], ["member", "list"], ["member", "grant", "uid:4711", "viewer"],
            ["member", "remove", "uid:4711"], ["audit", "list"], ["audit", "check"], ["status"], ["metrics"], ["ping"],
            ["backup"], ["call", "keys.list"],
        ]
        var outputs: [(String, String)] = []
        func run(_ arguments: [String], input: String = "") throws {
            let end = try Command.run(arguments, in: daemon.process.runFolder, input: input)
            outputs.append((arguments.joined(separator: " "), end.output + end.errors))
        }
        for command in commands {
            try run(command)
            try run(command + ["--json"])
        }
        for secret in secrets {
            try run(["verify"], input: secret)
            try run(["verify", "--json"], input: secret + "x")
            try run(["show", secret])
            try run(["call", "keys.get"], input: "{\"key\":\"\(secret)\"}")
            try run(["call", "keys.create"], input: "{\"name\":\"\(secret)\"}")
            try run(["call", "keys.create"], input: secret)
        }
        return outputs
    }

    private func expectNoneOnDisk(of secrets: [String]) throws {
        let files = FileManager.default.subpaths(atPath: daemon.state) ?? []
        #expect(Set(files).isSuperset(of: ["keyward.db", "audit-head", "pepper", "backups/backup.db"]))
        for file in files {
            guard let content = FileManager.default.contents(atPath: daemon.state + "/" + file) else { continue }
            expectNone(of: secrets, in: content, file)
        }
    }

    private func expectNone(of secrets: [String], in data: Data, _ place: String) {
        for (index, secret) in secrets.enumerated() {
            let part = secret.dropFirst(12).prefix(30)
            #expect(part.count == 30)
            if data.range(of: Data(part.utf8)) != nil {
                Issue.record("secret \(index) is in \(place)")
            }
        }
    }
}
