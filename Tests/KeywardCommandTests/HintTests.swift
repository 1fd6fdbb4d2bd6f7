import Foundation
import KeywardClient
import KeywardDisplay
import ScriptedDaemon
import Testing

@testable import keyward

/// A command, the daemon's answer, and the number of commands that it then prints.
struct HintingCommand: Sendable, CustomTestStringConvertible {
    var arguments: [String]
    var hints = 1
    /// Whether the daemon, and not only the person, names the workspace.
    var isToldWorkspace = true
    /// The reply for a workspace, whose name is given as JSON.
    var answer: @Sendable (_ workspace: String) -> ScriptedAnswer

    var testDescription: String { arguments.joined(separator: " ") }

    /// Every command that prints others. The typed workspace differs from the key's.
    static let all: [HintingCommand] = [
        HintingCommand(arguments: ["disable", "kw_8FqL2mXw"]) {
            .result(#"{"key":\#(Sample.key(workspace: $0))}"#)
        },
        HintingCommand(arguments: ["rotate", "kw_8FqL2mXw", "--yes"], hints: 2) {
            .result(
                #"{"key":\#(Sample.key(workspace: $0)),"secret":"\#(Sample.secret)","#
                    + #""retiring":\#(Sample.key(workspace: $0)),"warnings":[]}"#)
        },
        HintingCommand(arguments: ["workspace", "create", "--", "-x"]) {
            .result(
                #"{"workspace":{"name":\#($0),"plan":"standard","apiAccess":true,"tag":"kw","keys":{},"#
                    + #""createdAt":"2026-01-04T12:00:00.000Z"}}"#)
        },
        HintingCommand(arguments: ["list"], isToldWorkspace: false) { _ in .result(Sample.page([])) },
        HintingCommand(arguments: ["member", "list"], isToldWorkspace: false) { _ in .result(#"{"members":[]}"#) },
        HintingCommand(arguments: ["list"], isToldWorkspace: false) { _ in
            Sample.refusal("permissionDenied", remedy: #"["member","grant","user:anna","viewer"]"#)
        },
        HintingCommand(arguments: ["show", "none"], isToldWorkspace: false) { _ in
            Sample.refusal("notFound", remedy: #"["list"]"#)
        },
        HintingCommand(arguments: ["show", "kw_8FqL2mXw"]) {
            let option = "\"--workspace=" + $0.dropFirst()
            return Sample.refusal("permissionDenied", remedy: #"["member","grant","user:anna","admin",\#(option)]"#)
        },
    ]
}

extension CommandTests {
    @Suite struct HintTests {
        private static let hostile = [
            "default", "acme", "x; touch PWNED #", "$(touch PWNED)", "`touch PWNED`", "x' ; touch PWNED ; '", "-x",
            "--json", "--", "-w", "a b", "it's", "\"", "\\", "a\\", "!x", "~", "*", "a=b", "Büro 7", "日本", "&",
            ">PWNED",
        ]

        private func json(_ text: String) throws -> String {
            try JSONCoding.string(of: [text]).dropFirst().dropLast().description
        }

        @Test(arguments: HintingCommand.all, hostile)
        func `A printed command means the key's workspace and this daemon, whatever their names`(
            command: HintingCommand, workspace: String
        ) throws {
            let folder = ShortFolder()
            let name = workspace.replacing("PWNED", with: folder.path + "/pwned")
            let reply = command.answer(try json(name))
            let daemon = ScriptedDaemon { _ in reply }
            defer { daemon.stop() }
            let takesWorkspace = command.arguments.first != "workspace"
            let typed = takesWorkspace ? ["--workspace=\(command.isToldWorkspace ? "typed" : name)"] : []
            let run = CommandRun(command.arguments + typed, daemon: daemon)
            let hints = PastedShell.hints(in: run.errors)
            #expect(hints.count == command.hints, "\(run.errors)")
            for hint in hints {
                let arguments = try PastedShell.arguments(of: hint)
                #expect(arguments.contains("--socket=\(daemon.path)"))
                let options = arguments.prefix { $0 != "--" }.filter { $0.hasPrefix("--workspace") }
                // A list of all workspaces concerns none.
                let isOfAll = name == "*" && command.arguments.first == "list"
                let needsNone = name == "default" || isOfAll
                #expect(options == ["--workspace=\(name)"] || needsNone && options.isEmpty, "\(hint)")
                _ = try Keyward.parseAsRoot(arguments)
            }
            #expect(access(folder.path + "/pwned", F_OK) != 0)
        }

        @Test func `What a command lacks for a confirmation is the same command with --yes`() throws {
            let daemon = ScriptedDaemon { _ in .error(Sample.check) }
            defer { daemon.stop() }
            let typed = ["rotate", "--workspace=x; reboot", "--request-id", "a b", "--", "prod-main-app"]
            let run = CommandRun(typed, daemon: daemon)
            #expect(run.status == .unconfirmed)
            let hint = try #require(PastedShell.hints(in: run.errors).first)
            let arguments = try PastedShell.arguments(of: hint)
            #expect(
                arguments == typed.dropLast(2) + ["--socket", daemon.path, "--yes"] + typed.suffix(2))
        }

        @Test(arguments: ["tooManyKeys", "clockLeads", "clockLags"])
        func `What a sweep held is let go by the printed command`(reason: String) throws {
            let daemon = ScriptedDaemon { _ in
                .result(
                    #"{"report":{"sweep":"stale","examined":9,"changed":{},"held":{"n":7,"reason":"\#(reason)"},"#
                        + #""at":"2026-11-23T11:00:00.000Z","dryRun":false}}"#)
            }
            defer { daemon.stop() }
            let run = CommandRun(["sweep", "stale"], daemon: daemon)
            let hint = try #require(PastedShell.hints(in: run.errors).first, "\(run.errors)")
            let remedy = reason == "tooManyKeys" ? ["sweep", "stale", "--force"] : ["clock", "accept"]
            #expect(try PastedShell.arguments(of: hint) == remedy + ["--socket=\(daemon.path)"])
        }

        @Test func `The verify socket's commands go to the admin socket beside it`() {
            let options = try? CommonOptions.parse(["--socket", "/tmp/a b/verify.sock"])
            let session = options.map { Session(console: .standard(), options: $0) }
            #expect(
                session?.commands(from: .verify).text(["clock", "accept"])
                    == "keyward clock accept --socket='/tmp/a b/keyward.sock'")
        }

        @Test func `A shell takes every text for itself`() throws {
            var scalars = (1..<0x250).compactMap { Unicode.Scalar($0) }
            scalars += [0x2028, 0x202E, 0x2066, 0xFEFF, 0xE0041, 0x1F600].compactMap { Unicode.Scalar($0 as UInt32) }
            let texts = scalars.map { "a\($0)b" } + scalars.map { "\($0)" } + ["", "-", "--a=b c", "-n", "a\n\nb"]
            let command = "keyward " + texts.map { ShellWord.text($0) }.joined(separator: " ")
            #expect(command.printableLines == command)
            #expect(try PastedShell.arguments(of: command) == texts)
        }

        @Test(arguments: [
            ("--workspace=-x y", "--workspace='-x y'"), ("--a=", "--a=''"), ("--a b=c", "'--a b=c'"), ("-w", "-w"),
            ("kw_8FqL2mXw", "kw_8FqL2mXw"), ("user:anna", "user:anna"),
        ])
        func `Only the value of an option is quoted`(argument: String, word: String) {
            #expect(ShellWord.text(argument: argument) == word)
        }
    }
}
