import Glibc
import ScriptedDaemon
import Testing

@testable import keyward

extension CommandTests {
    @Suite struct SecretDeliveryTests {
        private let folder = ShortFolder()

        private func creating(_ answer: Answer = .result(Sample.created)) -> ScriptedDaemon {
            ScriptedDaemon { _ in answer }
        }

        private func contents(_ path: String) -> String? {
            let descriptor = open(path, O_RDONLY)
            guard descriptor >= 0 else { return nil }
            defer { close(descriptor) }
            return try? String(decoding: InputBytes.all(from: descriptor, limit: 1_000), as: UTF8.self)
        }

        @Test func `A new secret is alone on standard output`() {
            let daemon = creating()
            defer { daemon.stop() }
            let run = CommandRun(["create", "prod-main-app", "--expires", "42d"], daemon: daemon)
            #expect(run.output == Sample.secret + "\n")
            #expect(run.errors.contains("Created prod-main-app (kw_8FqL2mXw), expires 4 Jan 2027"))
            #expect(run.errors.contains("The key cannot be shown again."))
            #expect(!run.errors.contains(Sample.secret))
            #expect(daemon.received[0].contains(#""expiresAt":"2027-01-04T12:00:00.000Z""#))
        }

        @Test func `A secret for a file is in a new file of mode 0600, and nowhere else`() throws {
            let daemon = creating()
            defer { daemon.stop() }
            let path = folder.path + "/key"
            let run = CommandRun(["create", "prod-main-app", "--out", path], daemon: daemon)
            #expect(run.status == .done)
            #expect(run.output.isEmpty)
            #expect(!run.errors.contains(Sample.secret))
            #expect(contents(path) == Sample.secret + "\n")
            var status = stat()
            #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
        }

        @Test func `As JSON too, a secret for a file is nowhere else`() {
            let daemon = creating()
            defer { daemon.stop() }
            let path = folder.path + "/key"
            let run = CommandRun(["create", "prod-main-app", "--json", "--out", path], daemon: daemon)
            #expect(run.output == #"{"key":\#(Sample.key()),"warnings":[]}"# + "\n")
            #expect(contents(path) == Sample.secret + "\n")
        }

        @Test func `A file that is there is not prefetched, and no key is made`() {
            let daemon = creating()
            defer { daemon.stop() }
            let path = folder.path + "/key"
            close(creat(path, 0o644))
            let run = CommandRun(["create", "prod-main-app", "--out", path], daemon: daemon)
            #expect(run.status == .usage)
            #expect(run.errors.contains("never overwritten"))
            #expect(contents(path) == "")
            #expect(daemon.received.isEmpty)
        }

        @Test func `A link is not followed, and no key is made`() {
            let daemon = creating()
            defer { daemon.stop() }
            let path = folder.path + "/key"
            symlink(folder.path + "/elsewhere", path)
            #expect(CommandRun(["create", "a", "--out", path], daemon: daemon).status == .usage)
            #expect(access(folder.path + "/elsewhere", F_OK) != 0)
            #expect(daemon.received.isEmpty)
        }

        @Test func `A file is gone again when no key was made`() {
            let daemon = creating(.error(#"{"code":-32004,"message":"Taken.","data":{"code":"conflict"}}"#))
            defer { daemon.stop() }
            let path = folder.path + "/key"
            let run = CommandRun(["create", "prod-main-app", "--out", path], daemon: daemon)
            #expect(run.status == .refused)
            #expect(run.errors == "keyward: Taken.\n")
            #expect(access(path, F_OK) != 0)
        }

        @Test func `A rotation tells what comes next`() {
            let daemon = ScriptedDaemon { _ in .result(Sample.rotated) }
            defer { daemon.stop() }
            let run = CommandRun(["rotate", "prod-main-app", "--grace", "7d", "-w", "acme"], daemon: daemon)
            #expect(run.output == Sample.secret + "\n")
            #expect(run.errors.contains("kw_8FqL2mXw replaces kw_00000old, which keeps working until 7 days after"))
            #expect(run.errors.contains("run: keyward confirm kw_8FqL2mXw --socket=\(daemon.path)\n"))
            #expect(daemon.received[0].contains(#""graceSeconds":604800"#))
        }
    }
}

extension CommandTests {
    @Suite struct PresentedSecretTests {
        @Test(arguments: [
            [Sample.secret], ["verify", Sample.secret], ["list", "--search=" + Sample.secret],
            ["show", "x" + Sample.secret],
            ["completions", Sample.secret],
        ])
        func `A key in an argument is refused and not repeated`(arguments: [String]) {
            let run = CommandRun(arguments)
            #expect(run.status == .usage)
            #expect(run.errors.contains("standard input"))
            #expect(!run.errors.contains("abcdefghij") && run.output.isEmpty)
        }

        @Test(arguments: [
            "kw_8FqL2mXw", "prod-main-app", "key_01j0000000000000000000000", "a_b_c", "backup_20261123_name",
        ])
        func `What is public of a key is no secret`(text: String) {
            #expect(!PresentedSecret.isPresent(in: text))
        }

        @Test func `A key is verified from standard input, and not shown`() {
            let answer = #"{"valid":false,"code":"revoked","keyId":"key_01","name":"old","warnings":[]}"#
            let daemon = ScriptedDaemon { _ in .result(answer) }
            defer { daemon.stop() }
            let run = CommandRun(["verify", "--scope", "a:b"], daemon: daemon, input: " \(Sample.secret)\r\n")
            #expect(run.status == .notValid)
            #expect(run.output == "code\trevoked\nname\told\nkeyId\tkey_01\n")
            #expect(run.errors.isEmpty)
            #expect(daemon.received[0].contains(#""params":{"key":"\#(Sample.secret)","scopes":["a:b"]}"#))
        }

        @Test func `Nothing to verify is a usage error`() {
            #expect(CommandRun(["verify"], input: "").status == .usage)
        }
    }
}
