import Foundation
import KeywardTesting
import Testing

/// Every command that the client prints against a real daemon is pasted into a shell, and does what it says.
@Suite struct HintTests {
    private let scratch: ScratchFolder
    private let daemon: DaemonProcess

    /// The socket's path has spaces, quotes and a dollar sign.
    init() throws {
        scratch = try ScratchFolder()
        daemon = try DaemonProcess(
            runFolder: scratch.path + "/it's $HOME", stateFolder: scratch.file("state"))
    }

    private static let workspaces = ["default", "x; touch PWNED #", "$(touch PWNED)", "-x", "--json", "a 'b' \"c\" \\"]

    /// Runs the client, with `--socket` and no environment variable.
    private func keyward(_ arguments: [String]) throws -> ChildEnd {
        let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
        let whole = arguments[..<end] + ["--socket", daemon.adminSocket] + arguments[end...]
        return try ChildProcess(Command.path, Array(whole), environment: ["TZ=UTC"], splitErrors: true).wait()
    }

    /// Pastes a command into a shell whose PATH has only the client.
    private func paste(_ command: String) throws -> ChildEnd {
        let filled = command.replacing("user:NAME", with: "uid:4711")
        return try ChildProcess(
            "/bin/sh", ["-c", filled], environment: ["PATH=\(DaemonProcess.products):/usr/bin:/bin", "TZ=UTC"],
            splitErrors: true
        ).wait()
    }

    private func hints(_ end: ChildEnd) -> [String] {
        end.errors.split(separator: "\n").compactMap { line in
            line.range(of: ": keyward ").map { String(line[line.index($0.lowerBound, offsetBy: 2)...]) }
        }
    }

    @Test(arguments: workspaces)
    func everyPrintedCommandCanBePasted(name: String) throws {
        let workspace = name.replacing("PWNED", with: scratch.file("pwned"))
        let at = "--workspace=\(workspace)"
        if workspace != "default" {
            let made = try keyward(["workspace", "create", "--", workspace])
            #expect(made.exit == 0, "\(made.errors)")
            try expectDone(made, 1)
        }
        try expectDone(keyward(["member", "list", at]), workspace == "default" ? 1 : 0)
        try expectDone(keyward(["list", at]), 1)
        let prefix = try prefix(of: "staging-api", at)
        try expectDone(keyward(["disable", prefix]), 1)
        try expectDone(keyward(["show", "none", at]), 1)
        try expectDone(keyward(["member", "remove", "uid:1", at]), 1)
        let rotated = try keyward(["rotate", prefix])
        #expect(hints(rotated).count == 2)
        // Both are not possible: cancel comes first, and a second rotation is confirmed.
        #expect(try paste(hints(rotated)[1]).exit == 0)
        let again = try keyward(["rotate", prefix])
        #expect(try paste(hints(again)[0] + " --yes").exit == 0)
        let unconfirmed = try keyward(["create", "prod-api", at])
        #expect(unconfirmed.exit == 0)
        let refused = try keyward(["rotate", "prod-api", at])
        #expect(refused.exit == 6)
        try expectDone(refused, 1)
        #expect(access(scratch.file("pwned"), F_OK) != 0)
    }

    /// Pastes each of the printed commands; there must be `count` of them.
    private func expectDone(_ end: ChildEnd, _ count: Int, at place: SourceLocation = #_sourceLocation) throws {
        let printed = hints(end)
        #expect(printed.count == count, "\(end.errors)", sourceLocation: place)
        for command in printed {
            let pasted = try paste(command)
            #expect(pasted.exit == 0, "\(command): \(pasted.errors)", sourceLocation: place)
        }
    }

    private func prefix(of name: String, _ at: String) throws -> String {
        let shown = try keyward(["show", name, at]).output
        let line = try #require(shown.split(separator: "\n").first { $0.hasPrefix("prefix\t") })
        return String(line.dropFirst(7))
    }
}
