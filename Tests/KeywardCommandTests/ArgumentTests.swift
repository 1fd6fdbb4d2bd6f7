import KeywardClient
import ScriptedDaemon
import Testing

@testable import keyward

extension CommandTests {
    /// What is typed, and what is printed when it cannot be used.
    @Suite struct ArgumentTests {
        @Test(
            arguments: [
                ("--json list", "list --json"), ("-w x list --stale", "list -w x --stale"),
                ("--socket /s --json audit list -n 5", "audit list --socket /s --json -n 5"),
                ("--color=always -wx member ls", "member ls --color=always -wx"),
                ("-w x sweep stale", "sweep -w x stale"), ("list --json", "list --json"), ("-V", "--version"),
                ("--json -V", "--version"), ("--json", "--json"), ("--json nonsense", "nonsense --json"),
                ("--json help list", "help list"),
                ("--socket", "--socket"), ("---completion list -- --json list", "---completion list -- --json list"),
            ])
        func `Options before the command are the command's`(typed: String, moved: String) {
            let split = { (text: String) in text.split(separator: " ").map(String.init) }
            #expect(LeadingOptions.moved(split(typed)) == split(moved))
        }

        @Test func `A workspace before the command is asked for`() {
            let daemon = ScriptedDaemon { _ in .result(Sample.page([])) }
            defer { daemon.stop() }
            #expect(CommandRun(["-w", "acme", "list"], daemon: daemon).status == .done)
            #expect(daemon.received[0].contains(#""workspace":"acme""#))
        }

        @Test(arguments: [
            (["lst"], "'lst' is not a command of keyward. Did you mean 'list'?"),
            (["rotat"], "'rotat' is not a command of keyward. Did you mean 'rotate'?"),
            (["audit", "lits"], "'lits' is not a command of keyward audit. Did you mean 'list'?"),
            (["Web", "list"], "'Web' is not a command of keyward. Did you mean 'web'?"),
            (["key", "lst"], "'key' is not a command of keyward. Did you mean 'list'?"),
            (["keys", "rotate", "a"], "'keys' is not a command of keyward. Did you mean 'rotate'?"),
            (["key"], "'key' is not a command of keyward. See: keyward --help"),
            (["web", "lst"], "'lst' is not a command of keyward web. Did you mean 'list'?"),
            (["web", "remov", "anna"], "'remov' is not a command of keyward web. Did you mean 'remove'?"),
            (["web", "anna"], "'anna' is not a command of keyward web. Use one of: open, add, remove, list."),
            (["member", "gran", "user:a"], "'gran' is not a command of keyward member. Did you mean 'grant'?"),
            (["member", "help"], "'help' is not a command of keyward member. Use one of: grant, remove, list. See: "),
            (["workspace", "set-pln"], "'set-pln' is not a command of keyward workspace. Did you mean 'set-plan'?"),
            (["clock", "acept"], "'acept' is not a command of keyward clock. Did you mean 'accept'?"),
            (["pepper", "stats"], "'stats' is not a command of keyward pepper. Did you mean 'status'?"),
            (["sweep", "statsu"], "'statsu' is not a command of keyward sweep. Did you mean 'status'?"),
            (["sweep", "stle"], "The value 'stle' is invalid for '<sweep>': Did you mean 'stale'?"),
            (["help", "lst"], "'lst' is not a command of keyward. Did you mean 'list'?"),
            (["help", "web", "lst"], "'lst' is not a command of keyward web. Did you mean 'list'?"),
            (["help", "member", "gran"], "'gran' is not a command of keyward member. Did you mean 'grant'?"),
            (["--json", "hepl"], "'hepl' is not a command of keyward. Did you mean 'help'?"),
            (["frobnicate"], "'frobnicate' is not a command of keyward. See: keyward --help"),
            (["list", "--stael"], "Unknown option '--stael'. Did you mean '--stale'?"),
            (
                ["list", "--status", "activ"],
                "The value 'activ' is invalid for '--status <status>': Did you mean 'active'?"
            ),
            (["list", "--limit", "0"], "The value '0' is invalid for '--limit': It must be at least 1."),
            (["list", "--limit", "many"], "The value 'many' is invalid for '--limit <number>'."),
            (["create"], "Missing expected argument '<name>'."),
            (
                ["create", "a", "--expires", "soon"],
                "The value 'soon' is invalid for '--expires <when>': Use 2026-12-31"
            ),
            (["create", "a", "--color", "pink"], "The value 'pink' is invalid for '--color <when>'."),
            (["update", "a", "--clear", "all"], "The value 'all' is invalid for '--clear <clear>'."),
            (
                ["sweep", "everything"],
                "The value 'everything' is invalid for '<sweep>': Use one of: expiry, stale, retention."
            ),
        ])
        func `A mistake is one line that names it, and exits with 3`(arguments: [String], start: String) throws {
            let run = CommandRun(arguments)
            #expect(run.status == .usage)
            let json = arguments.contains("--json")
            #expect(json || run.errors.hasPrefix("keyward: \(start)"), "\(run.errors)")
            #expect(run.errors.contains(start))
            #expect(run.errors.filter { $0 == "\n" }.count == 1 && run.errors.hasSuffix("\n"))
            #expect(!run.errors.contains("Usage:") && run.output.isEmpty)
        }

        @Test(arguments: [
            ["sweep", "stale", "--socket", "/tmp/kw-none/s"], ["sweep", "--socket", "/tmp/kw-none/s"],
            ["web", "--idel", "8h"], ["help", "web", "list"], ["help"],
        ])
        func `The words of a command that needs no name are its own`(arguments: [String]) {
            #expect(!CommandRun(arguments).errors.contains("is not a command"))
        }

        @Test func `Several statuses may have commas between them`() {
            let daemon = ScriptedDaemon { _ in .result(Sample.page([])) }
            defer { daemon.stop() }
            _ = CommandRun(["list", "--status", "stale,expiring", "--status", "unused"], daemon: daemon)
            #expect(daemon.received[0].contains(#""status":["stale","expiring","unused"]"#))
        }

        @Test(arguments: [("ls", "list"), ("get", "show"), ("rm", "revoke")])
        func `Short names are the commands that they are short for`(short: String, long: String) {
            #expect(CommandRun(["help", short]).output == CommandRun(["help", long]).output)
            #expect(CommandRun(["help", long]).output.contains("keyward \(long)"))
        }

        @Test(arguments: [["-V"], ["version"], ["--version"]]) func `The version is printed`(arguments: [String]) {
            #expect(CommandRun(arguments).output == "keyward 0.5.0\n")
        }

        @Test(arguments: [
            ("list", "lsit", 1), ("rotate", "rotat", 1), ("a", "", 1), ("kitten", "sitting", 3), ("ab", "ba", 1),
        ])
        func `The distance of two words counts exchanged letters once`(left: String, right: String, distance: Int) {
            #expect(Suggestion.distance(left, right) == distance)
            #expect(Suggestion.distance(right, left) == distance)
        }
    }

    /// Errors that the daemon finds, with the parameter as typed.
    @Suite struct RefusalTests {
        private func refusing(_ code: String, _ number: Int, _ message: String, param: String? = nil) -> ScriptedDaemon
        {
            let facts = param.map { #","param":"\#($0)""# } ?? ""
            return ScriptedDaemon { _ in
                .error(#"{"code":\#(number),"message":"\#(message)","data":{"code":"\#(code)"\#(facts)}}"#)
            }
        }

        @Test(
            arguments: [
                (
                    ["create", "a", "--expires", "2020-01-01"], "expiresAt", "The expiry is in the past.",
                    "The value '2020-01-01' is invalid for '--expires': The expiry is in the past."
                ),
                (
                    ["create", "a", "-e", "1y"], "expiresAt", "The plan allows 90 days at most.",
                    "The value '1y' is invalid for '-e': The plan allows 90 days at most."
                ),
                (
                    ["create", "a"], "expiresAt", "The plan asks for an expiry.",
                    "A value for '--expires' is needed: The plan asks for an expiry."
                ),
                (
                    ["create", "anna@example.com"], "name", "A name is a slug.",
                    "The value of '<name>' is invalid: A name is a slug."
                ),
                (
                    ["show", "a b"], "key", "`key` must be a name.",
                    "The value 'a b' is invalid for '<key>': must be a name."
                ),
                (
                    ["audit", "list", "--key=a b"], "key", "`key` must be a name.",
                    "The value 'a b' is invalid for '--key': must be a name."
                ),
                (
                    ["create", "a", "--scope", "x y"], "scopes", "`scopes` must be letters.",
                    "The value 'x y' is invalid for '--scope': must be letters."
                ),
                (
                    ["member", "grant", "anna", "viewer"], "principal", "`principal` must be user:NAME.",
                    "The value 'anna' is invalid for '<principal>': must be user:NAME."
                ),
            ] as [([String], String, String, String)])
        func `A value that the daemon refuses exits with 3, with the argument as it was typed`(
            arguments: [String], param: String, complaint: String, message: String
        ) {
            for (code, number) in [("invalidParams", -32602), ("policyViolation", -32009)] {
                let daemon = refusing(code, number, complaint, param: param)
                defer { daemon.stop() }
                let run = CommandRun(arguments, daemon: daemon)
                #expect(run.status == .usage)
                #expect(run.errors == "keyward: \(message)\n")
            }
        }

        @Test(
            arguments: [
                ("permissionDenied", -32001, .permissionDenied), ("notFound", -32002, .refused),
                ("conflict", -32004, .refused), ("limitExceeded", -32006, .refused), ("invalidState", -32007, .refused),
                ("readOnly", -32008, .refused), ("policyViolation", -32009, .refused),
                ("internalError", -32603, .refused), ("invalidParams", -32602, .usage),
                ("shuttingDown", -32010, .unreachable),
            ] as [(String, Int, Outcome)])
        func `Each code of the daemon has its exit status`(code: String, number: Int, status: Outcome) {
            let daemon = refusing(code, number, "No.")
            defer { daemon.stop() }
            #expect(CommandRun(["create", "a"], daemon: daemon).status == status)
        }

        @Test func `As JSON an error is one line on standard error, with its code`() {
            let daemon = refusing("notFound", -32002, "There is no such key.")
            defer { daemon.stop() }
            let run = CommandRun(["show", "a", "--json"], daemon: daemon)
            #expect(run.output.isEmpty && run.status == .refused)
            #expect(
                run.errors
                    == #"{"error":{"code":"notFound","message":"There is no such key.","status":1,"data":{}}}"# + "\n")
        }

        @Test func `As JSON the client's own errors have a code too`() {
            let usage = CommandRun(["list", "--json", "--limit", "0"])
            #expect(usage.errors.hasPrefix(#"{"error":{"code":"usage","message":"The value '0' is invalid"#))
            #expect(usage.errors.hasSuffix(#","status":3}}"# + "\n") && usage.status == .usage)
            let away = CommandRun(["--json", "list", "--socket", "/tmp/kw-none/s"])
            #expect(away.errors.hasPrefix(#"{"error":{"code":"unreachable","#) && away.status == .unreachable)
            let secret = CommandRun(["show", Sample.secret, "--json"])
            #expect(secret.errors.hasPrefix(#"{"error":{"code":"usage","#) && !secret.errors.contains(Sample.secret))
        }

        @Test func `As JSON a confirmation that is needed comes with its checks`() {
            let daemon = ScriptedDaemon { _ in .error(Sample.check) }
            defer { daemon.stop() }
            let run = CommandRun(["rotate", "a", "--json"], daemon: daemon)
            #expect(run.status == .unconfirmed && run.errors.filter { $0 == "\n" }.count == 1)
            #expect(run.errors.contains(#""code":"confirmationRequired""#))
            #expect(run.errors.contains(#""checks":[{"check":"recentlyUsed""#))
        }

        @Test func `A call of an unknown method is a usage error that suggests one`() {
            let daemon = refusing("methodNotFound", -32601, "There is no such method.")
            defer { daemon.stop() }
            let run = CommandRun(["call", "keys.lst"], daemon: daemon)
            #expect(run.status == .usage)
            #expect(
                run.errors == "keyward: The value 'keys.lst' is invalid for '<method>': Did you mean 'keys.list'?\n")
        }
    }
}
