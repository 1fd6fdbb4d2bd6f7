import ScriptedDaemon
import Testing

@testable import keyward

extension CommandTests {
    @Suite struct RevokeTests {
        /// A daemon with one unused key, and no checks unless the key is in use.
        private func daemon(status: String = "unused", isInUse: Bool = false) -> ScriptedDaemon {
            ScriptedDaemon { line in
                if Request.method(line) == "keys.get" {
                    return .result(#"{"key":\#(Sample.key(status: status, lastUsed: nil))}"#)
                }
                if isInUse, !line.contains(#""confirm":true"#) { return .error(Sample.check) }
                return .result(#"{"key":\#(Sample.key(status: "revoked"))}"#)
            }
        }

        private func methods(_ daemon: ScriptedDaemon) -> [String] { daemon.received.map(Request.method) }

        @Test(arguments: [false, true]) func `Off a terminal it needs --yes and prints the command`(json: Bool) throws {
            let daemon = daemon()
            defer { daemon.stop() }
            let run = CommandRun(["revoke", "prod-main-app"] + (json ? ["--json"] : []), daemon: daemon, input: "y\n")
            #expect(run.status == .unconfirmed && run.output.isEmpty)
            #expect(methods(daemon) == ["keys.get"])
            if json { return #expect(run.errors.contains("confirmationRequired")) }
            let hint = try #require(PastedShell.hints(in: run.errors).first)
            #expect(
                try PastedShell.arguments(of: hint)
                    == ["revoke", "prod-main-app", "--socket", daemon.path, "--yes"])
        }

        @Test(arguments: ["y", "YES"]) func `On a terminal it shows an unused key too, and asks`(answer: String) {
            let daemon = daemon()
            defer { daemon.stop() }
            let run = CommandRun(["revoke", "prod-main-app"], daemon: daemon, input: answer + "\n", canAsk: true)
            #expect(run.status == .done)
            #expect(run.errors.contains("Prefix ") && run.errors.contains("kw_8FqL2mXw"))
            #expect(
                run.errors.hasSuffix(
                    """
                    Revoking prod-main-app (kw_8FqL2mXw) cannot be undone.
                    Revoke it? [y/N] Revoked prod-main-app (kw_8FqL2mXw).

                    """))
            #expect(methods(daemon) == ["keys.get", "keys.revoke"])
            #expect(!daemon.received[1].contains("confirm"))
        }

        @Test(arguments: ["n\n", "\n", "", "yesterday\n"]) func `Everything but yes revokes nothing`(answer: String) {
            let daemon = daemon()
            defer { daemon.stop() }
            let run = CommandRun(["revoke", "prod-main-app"], daemon: daemon, input: answer, canAsk: true)
            #expect(run.status == .refused && run.errors.hasSuffix("Nothing was changed.\n"))
            #expect(methods(daemon) == ["keys.get"])
        }

        @Test func `A key in use is asked about with the daemon's facts as well`() {
            let daemon = daemon(status: "active", isInUse: true)
            defer { daemon.stop() }
            let run = CommandRun(["revoke", "prod-main-app"], daemon: daemon, input: "y\ny\n", canAsk: true)
            #expect(run.status == .done && run.errors.contains("was used 12 minutes ago."))
            #expect(methods(daemon) == ["keys.get", "keys.revoke", "keys.revoke"])
        }

        @Test func `A key that is revoked already needs no question`() {
            let daemon = daemon(status: "revoked")
            defer { daemon.stop() }
            #expect(CommandRun(["revoke", "prod-main-app"], daemon: daemon).status == .done)
        }

        @Test func `With --yes nothing is asked and nothing is shown`() {
            let daemon = daemon(isInUse: true)
            defer { daemon.stop() }
            let run = CommandRun(["revoke", "prod-main-app", "-y"], daemon: daemon)
            #expect(run.status == .done && run.errors == "Revoked prod-main-app (kw_8FqL2mXw).\n")
            #expect(methods(daemon) == ["keys.revoke"])
        }
    }
}
