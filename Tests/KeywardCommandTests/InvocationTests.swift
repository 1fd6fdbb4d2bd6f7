import KeywardClient
import ScriptedDaemon
import Testing

@testable import keyward

extension CommandTests {
    @Suite struct InvocationTests {
        private func refusing(_ json: String) -> ScriptedDaemon {
            ScriptedDaemon { _ in .error(json) }
        }

        @Test func `A daemon that is off is 2, and the socket and the remedy are named`() {
            let run = CommandRun(["list", "--socket", "/tmp/kw-none/s"])
            #expect(run.status == .unreachable)
            #expect(run.errors.contains("/tmp/kw-none/s") && run.errors.contains("Start the daemon"))
            #expect(!run.errors.contains("systemctl"))
        }

        @Test(arguments: [
            ["list", "--bogus"], ["nonsense"], ["create"], ["create", "a", "--expires", "soon"],
            ["list", "--limit", "0"],
            ["create", "a", "--metadata", "{},\"confirm\":true"], ["rotate", "a", "--grace", "31d"], ["update", "a"],
            ["call", "keys.list", "--fd", "999999"],
        ])
        func `Usage is 3, and nothing is on standard output`(arguments: [String]) {
            let run = CommandRun(arguments)
            #expect(run.status == .usage)
            #expect(run.output.isEmpty && run.errors.hasPrefix("keyward: "))
        }

        @Test func `Help and the version are data`() {
            #expect(CommandRun(["--version"]).output.hasPrefix("keyward "))
            let help = CommandRun(["help", "rotate"])
            #expect(help.status == .done && help.output.contains("--grace") && help.errors.isEmpty)
        }

        @Test func `A refusal is 1, with the daemon's sentence and where to upgrade`() {
            let daemon = refusing(
                #"{"code":-32003,"message":"No access.","data":{"code":"upgradeRequired","upgradeURL":"https://example.com"}}"#
            )
            defer { daemon.stop() }
            let run = CommandRun(["create", "a"], daemon: daemon)
            #expect(run.status == .refused)
            #expect(run.errors == "keyward: No access. Upgrade: https://example.com\n")
            #expect(run.output.isEmpty)
        }

        @Test func `Permission denied is 4`() {
            let daemon = refusing(#"{"code":-32001,"message":"Ask an admin.","data":{"code":"permissionDenied"}}"#)
            defer { daemon.stop() }
            #expect(CommandRun(["list"], daemon: daemon).status == .permissionDenied)
            let kernel = Unreachable(path: "/s", reason: .permissionDenied(group: "keyward"))
            #expect(Outcome(KeywardError.unreachable(kernel)) == .permissionDenied)
        }

        @Test func `A check without a terminal is 6, with the check and the way on`() {
            let daemon = refusing(Sample.check)
            defer { daemon.stop() }
            let run = CommandRun(["rotate", "prod-main-app"], daemon: daemon, input: "y\n")
            #expect(run.status == .unconfirmed)
            #expect(run.errors.contains("was used 12 minutes ago.") && run.errors.contains("--yes"))
            #expect(daemon.received.count == 1)
        }

        @Test(arguments: ["y", "YES"]) func `Yes to a check makes the call again, confirmed`(answer: String) {
            let daemon = ScriptedDaemon { line in
                line.contains("confirm\":true")
                    ? .result(Sample.rotated) : .error(Sample.check)
            }
            defer { daemon.stop() }
            let run = CommandRun(["rotate", "prod-main-app"], daemon: daemon, input: answer + "\n", canAsk: true)
            #expect(run.status == .done)
            #expect(run.errors.contains("12 minutes ago.\nRotate it? [y/N] Rotated prod-main-app"))
            #expect(daemon.received.count == 2)
        }

        @Test(arguments: ["n\n", "\n", "", "yesterday\n"]) func `Everything but yes changes nothing`(answer: String) {
            let daemon = refusing(Sample.check)
            defer { daemon.stop() }
            let run = CommandRun(["rotate", "prod-main-app"], daemon: daemon, input: answer, canAsk: true)
            #expect(run.status == .refused)
            #expect(run.errors.hasSuffix("Nothing was changed.\n"))
            #expect(daemon.received.count == 1)
        }

        @Test func `--yes confirms beforehand`() {
            let daemon = ScriptedDaemon { _ in .result(#"{"key":\#(Sample.key(status: "revoked"))}"#) }
            defer { daemon.stop() }
            #expect(CommandRun(["revoke", "a", "--yes", "--reason", "compromised"], daemon: daemon).status == .done)
            #expect(daemon.received[0].contains(#""params":{"key":"a","reason":"compromised","confirm":true}"#))
        }

        @Test func `A call's parameters come from standard input, over several lines`() {
            let daemon = ScriptedDaemon { _ in .result(#"{"a":1}"#) }
            defer { daemon.stop() }
            let run = CommandRun(["call", "keys.get"], daemon: daemon, input: "{\n  \"key\": \"a\"\n}\n")
            #expect(run.output == "{\"a\":1}\n")
            #expect(daemon.received[0].contains(#""method":"keys.get","params":{   "key": "a" }"#))
        }

        @Test(arguments: ["[1]", "{", "{} {}", "{},\"id\":7", "\u{1}"]) func `A call takes one object only`(
            input: String
        ) {
            #expect(CommandRun(["call", "keys.get"], input: input).status == .usage)
        }

        @Test func `A call without input has no parameters`() {
            let daemon = ScriptedDaemon { _ in .result("{}") }
            defer { daemon.stop() }
            let run = CommandRun(["call", "system.ping"], daemon: daemon)
            #expect(run.status == .done && run.output == "{}\n" && run.errors.isEmpty)
            #expect(daemon.received.count == 1 && daemon.received[0].contains(#""params":{}"#))
        }

        @Test func `A new contact keeps the owner's name`() {
            let owner = #"{"name":"Sales ops","contact":"old","principal":"group:sales"}"#
            let daemon = ScriptedDaemon { _ in .result(#"{"key":\#(Sample.key(owner: owner)),"warnings":[]}"#) }
            defer { daemon.stop() }
            _ = CommandRun(
                ["update", "a", "--owner-contact", "new", "--clear", "purpose", "--expires", "never"], daemon: daemon)
            let params =
                #""params":{"key":"a","owner":{"name":"Sales ops","contact":"new","principal":"group:sales"},"purpose":null,"#
                + #""expiresAt":null}"#
            #expect(daemon.received[1].contains(params))
        }

        @Test(arguments: [
            (
                ["create", "a", "--address", "10.0.0.0/8", "--address", "::1"], Sample.created,
                #""addresses":["10.0.0.0/8","::1"]"#
            ),
            (
                ["update", "a", "--address", "10.0.0.0/8"], #"{"key":\#(Sample.key()),"warnings":[]}"#,
                #""addresses":["10.0.0.0/8"]"#
            ),
            (
                ["update", "a", "--clear", "addresses"], #"{"key":\#(Sample.key()),"warnings":[]}"#,
                #""addresses":null"#
            ),
            (
                ["verify", "--address", "10.0.0.1"], #"{"valid":true,"code":"valid","warnings":[]}"#,
                #""address":"10.0.0.1""#
            ),
        ]) func `Addresses are sent as given`(arguments: [String], result: String, member: String) {
            let daemon = ScriptedDaemon { _ in .result(result) }
            defer { daemon.stop() }
            let run = CommandRun(arguments, daemon: daemon, input: Sample.secret)
            #expect(run.status == .done, "\(run.errors)")
            #expect(daemon.received.last?.contains(member) == true, "\(daemon.received)")
        }

        @Test func `A broken audit chain is 1`() {
            let daemon = ScriptedDaemon { _ in .result(#"{"ok":false,"entries":7,"head":"00","problem":"Entry 3."}"#) }
            defer { daemon.stop() }
            let run = CommandRun(["audit", "check"], daemon: daemon)
            #expect(run.status == .refused)
            #expect(run.output == "ok\tfalse\nproblem\tEntry 3.\nentries\t7\nhead\t00\n")
        }
    }
}
