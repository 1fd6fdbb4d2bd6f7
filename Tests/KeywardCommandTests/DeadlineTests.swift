import KeywardClient
import ScriptedDaemon
import Testing

@testable import keyward

extension CommandTests {
    @Suite struct DeadlineTests {
        /// The calls, and whether each may have changed something when no reply arrives.
        private static let calls: [(arguments: [String], isChange: Bool)] = [
            (["list"], false), (["show", "a"], false), (["usage", "a"], false), (["status"], false),
            (["metrics"], false), (["ping"], false), (["workspace", "list"], false), (["workspace", "show"], false),
            (["member", "list"], false), (["audit", "list"], false), (["audit", "check"], false),
            (["sweep", "status"], false), (["sweep", "stale", "--dry-run"], false), (["call", "keys.list"], false),
            (["create", "a"], true), (["update", "a", "--purpose", "b"], true), (["rotate", "a"], true),
            (["confirm", "a"], true), (["cancel", "a"], true), (["revoke", "a", "--yes"], true),
            (["disable", "a"], true), (["enable", "a"], true), (["workspace", "create", "a"], true),
            (["workspace", "set-plan", "a", "b"], true), (["member", "grant", "uid:1", "viewer"], true),
            (["member", "remove", "uid:1"], true), (["sweep", "stale"], true), (["backup"], true),
            (["call", "keys.create"], true), (["call", "of.another.time"], true),
        ]

        @Test(arguments: calls)
        func `Only a change that was cut off may have been made`(arguments: [String], isChange: Bool) {
            let daemon = ScriptedDaemon { peer in
                // The requests before a long call is answered.
                while let line = peer.readLine() {
                    if Request.method(line) != "system.ping" || arguments == ["ping"] { return }
                    peer.write(ScriptedAnswer.result(#"{"state":"ready"}"#).line(to: line))
                }
            }
            defer { daemon.stop() }
            let run = CommandRun(arguments, daemon: daemon)
            #expect(run.status == .unreachable)
            #expect(run.errors.contains("The change may have been made.") == isChange, "\(run.errors)")
        }

        @Test func `Every method is a change or may be repeated, and no other`() {
            let changes = MethodTable.methods.filter { !$0.isRepeatable }.map { $0.name }
            // A repeated import changes nothing.
            let reads = MethodTable.methods.filter { $0.isRepeatable }.map { $0.name }.filter { $0 != "keys.import" }
            let readingWords = [
                "get", "list", "usage", "verify", "status", "check", "ping", "metrics", "discover", "subscribe",
            ]
            #expect(changes.allSatisfy { name in !readingWords.contains { name.hasSuffix("." + $0) } })
            #expect(reads.allSatisfy { name in readingWords.contains { name.hasSuffix("." + $0) } }, "\(reads)")
        }

        @Test(arguments: [
            ["ping", "--timeout", "1"], ["ping", "--admin", "--timeout", "1"], ["call", "keys.list", "--timeout", "1"],
        ])
        func `A daemon that is mute is given up at the deadline`(arguments: [String]) {
            let daemon = ScriptedDaemon { peer in peer.readToEnd() }
            defer { daemon.stop() }
            let start = ContinuousClock.now
            let run = CommandRun(arguments, daemon: daemon)
            #expect(run.status == .unreachable && run.errors.contains("did not answer in time"))
            #expect(start.duration(to: .now) < .seconds(5))
        }

        @Test func `Without being sweepMarks, a ping waits 5 s, a call 30 s, and a long call 30 s for a sign of life`()
            throws
        {
            #expect(try PingCommand.parse([]).timeout == 5)
            #expect(try CallCommand.parse(["keys.list"]).timeout == 30)
            #expect(Session.patience == .seconds(30))
            let daemon = ScriptedDaemon { line in
                .result(
                    Request.method(line) == "system.ping"
                        ? #"{"state":"ready"}"# : #"{"ok":true,"entries":1,"head":"0"}"#)
            }
            defer { daemon.stop() }
            #expect(CommandRun(["audit", "check"], daemon: daemon).status == .done)
            #expect(daemon.received.map(Request.method) == ["system.ping", "audit.check"])
        }

        @Test(arguments: ["0", "-1", "3601", "1.5", "x", ""]) func `A time-out is 1 to 3600 seconds`(text: String) {
            #expect(CommandRun(["ping", "--timeout=\(text)"]).status == .usage)
        }

        @Test(
            arguments: [("ready", Outcome.done), ("readOnly", .refused), ("draining", .refused)], ["--admin", "--json"])
        func `A daemon that cannot change anything makes a ping exit with 1`(end: (String, Outcome), option: String) {
            let daemon = ScriptedDaemon { _ in .result(#"{"state":"\#(end.0)","notices":[]}"#) }
            defer { daemon.stop() }
            let run = CommandRun(["ping", option], daemon: daemon)
            #expect(run.status == end.1 && run.output.contains(end.0))
        }
    }

    @Suite struct OptionTests {
        @Test(arguments: [
            ("owner", ["--owner", "a"]), ("owner", ["--owner-contact", "a"]),
            ("owner", ["--owner-principal", "uid:1"]),
            ("purpose", ["--purpose", "a"]), ("scopes", ["--scope", "a"]), ("metadata", ["--metadata", "{}"]),
            ("addresses", ["--address", "10.0.0.0/8"]),
            ("limits", ["--limit", "r=1/1s"]), ("credits", ["--credits", "1"]), ("refill", ["--refill", "1/day"]),
            ("budget", ["--budget", "b"]), ("expires", ["--expires", "1d"]), ("expires", ["--expires", "never"]),
        ])
        func `What is set and cleared at once is refused`(member: String, option: [String]) {
            let run = CommandRun(["update", "a", "--clear", member] + option)
            #expect(run.status == .usage)
            #expect(run.errors.contains("--clear \(member) and \(option[0]) contradict each other"))
        }

        @Test func `Every member that can be cleared has an option that contradicts it`() {
            #expect(
                KeyOptions.Clearable.allCases.map(\.rawValue) == [
                    "owner", "purpose", "scopes", "metadata", "addresses", "limits", "credits", "refill", "budget",
                    "expires",
                ])
        }

        @Test(arguments: [["--sort", "-usage"], ["--sort=-usage"]])
        func `A descending order is taken as documented`(option: [String]) {
            let daemon = ScriptedDaemon { _ in .result(Sample.page([Sample.key()])) }
            defer { daemon.stop() }
            #expect(CommandRun(["list"] + option, daemon: daemon).status == .done)
            #expect(daemon.received[0].contains(#""sort":"-usage""#))
        }

        @Test(arguments: [("never", #""expiresAt":null"#), ("7d", #""expiresAt":"2026-11-30T12:00:00.000Z""#)])
        func `A rotation takes an expiry, and never`(text: String, member: String) {
            let daemon = ScriptedDaemon { _ in .result(Sample.rotated) }
            defer { daemon.stop() }
            #expect(CommandRun(["rotate", "a", "--expires", text], daemon: daemon).status == .done)
            #expect(daemon.received[0].contains(member))
        }

        @Test func `A rotation without an expiry asks for none`() {
            let daemon = ScriptedDaemon { _ in .result(Sample.rotated) }
            defer { daemon.stop() }
            _ = CommandRun(["rotate", "a"], daemon: daemon)
            #expect(!daemon.received[0].contains("expiresAt"))
        }
    }
}
