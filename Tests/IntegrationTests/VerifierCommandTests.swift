import Foundation
import Testing

/// Closed workspaces and canaries, through the commands of an administrator.
@Suite(.enabled(if: Stranger.canBe, "needs root and setpriv, to call as other users"))
struct VerifierCommandTests {
    private let daemon: TestDaemon
    private let secret: String

    init() throws {
        daemon = try TestDaemon()
        try Stranger.letIn(to: daemon)
        try daemon.done("workspaces.create", #"{"name":"acme","tag":"acme"}"#)
        secret = try daemon.create("crm", #""workspace":"acme""#).secret
    }

    /// The exit status of `keyward verify` as uid 4711.
    private func verify(_ options: String...) throws -> Int32? {
        try Stranger.run(["verify"] + options, in: daemon, input: secret).exit
    }

    @Test func closingAsksFirstAndSaysWhoIsShutOut() throws {
        #expect(try verify("-w", "acme") == 0)
        let grant = ["member", "grant", "uid:998", "verifier", "-w", "acme"]
        let refused = try daemon.keyward(grant)
        #expect(refused.exit != 0 && refused.errors.contains("uid 4711") && refused.errors.contains("--yes"))
        #expect(try verify("-w", "acme") == 0)
        let granted = try daemon.keyward(grant + ["--yes"])
        #expect(granted.exit == 0 && granted.errors.contains("uid:998 can verify keys of acme."), "\(granted)")
        #expect(try verify("-w", "acme") == 5 && verify("-w", "*") == 5)
        let unclosed = try Command.run(
            ["verify", "--admin", "-w", "acme"], in: daemon.process.runFolder, input: secret)
        #expect(unclosed.exit == 0, "\(unclosed)")
        let members = try daemon.keyward("member", "list", "-w", "acme")
        #expect(members.output.contains("none") && members.output.contains("yes"), "\(members)")
        #expect(try daemon.keyward("workspace", "show", "acme").output.contains("closed\ttrue"))
    }

    @Test func aVerifierMeansItsOnlyWorkspaceAndTheLastOneIsRemovedWithYes() throws {
        #expect(try verify() == 5)
        #expect(try daemon.keyward("member", "grant", "uid:4711", "viewer", "verifier", "-w", "acme", "-y").exit == 0)
        #expect(try verify() == 0)
        let remove = ["member", "grant", "uid:4711", "no-verifier", "-w", "acme"]
        #expect(try daemon.keyward(remove).errors.contains("every account can verify its keys"))
        #expect(try daemon.keyward(remove + ["-y"]).exit == 0)
        #expect(try verify() == 5 && verify("-w", "acme") == 0)
        #expect(try daemon.keyward("member", "remove", "uid:4711", "-w", "acme").exit == 0)
    }

    @Test(arguments: [
        (["admin", "viewer"], "Give one role"), (["verifier", "no-verifier"], "once"), (["owner"], "cannot be granted"),
    ])
    func aGrantThatMakesNoSenseIsRefusedByTheCommand(words: [String], part: String) throws {
        let refused = try daemon.keyward(["member", "grant", "uid:998"] + words)
        #expect(refused.exit == 3 && refused.errors.contains(part), "\(refused)")
    }

    @Test func aCanaryIsSilentForTheThiefAndLoudForTheAdministrator() throws {
        let made = try daemon.keyward("create", "old-backup", "--canary")
        #expect(made.exit == 0 && made.errors.contains("Created the canary old-backup"))
        let canary = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
        let unknown = try TestDaemon().create("crm").secret
        let (presented, missing) = try (
            Stranger.run(["verify", "--json"], in: daemon, input: canary),
            Stranger.run(["verify", "--json"], in: daemon, input: unknown)
        )
        #expect(presented.output == missing.output && presented.exit == missing.exit)
        let list = try daemon.keyward("audit", "list")
        #expect(list.output.contains("key.canaryUsed") && list.output.contains("4711"), "\(list)")
        #expect(daemon.log.contains("The canary old-backup") && daemon.log.contains("uid 4711"))
        #expect(!daemon.log.contains(canary) && !list.output.contains(canary))
        #expect(try daemon.keyward("rotate", "old-backup").errors.contains("It can be renamed and revoked"))
        #expect(try daemon.keyward("create", "x", "--canary", "--expires", "90d").exit == 3)
    }
}
