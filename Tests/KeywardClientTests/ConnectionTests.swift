import Glibc
import ScriptedDaemon
import Testing

@testable import KeywardClient

@Suite struct ConnectionTests {
    private func reason(_ path: String) -> Unreachable.Reason? {
        let error = #expect(throws: KeywardError.self) { _ = try Connection(path: path) }
        guard case .unreachable(let unreachable) = error else { return nil }
        return unreachable.reason
    }

    @Test func `A call gives the result typed and as it came`() throws {
        let daemon = ScriptedDaemon { _ in .result(#"{"state":"ready","since":3}"#) }
        defer { daemon.stop() }
        let answer = try Connection(path: daemon.path).call(Ping.self, NoParams(), within: .seconds(5))
        #expect(answer.value.state == .ready)
        #expect(answer.text.text == #"{"state":"ready","since":3}"#)
    }

    @Test func `A socket that is not there, and one that nobody listens on, are sweepMarks apart`() {
        let folder = ShortFolder()
        #expect(reason(folder.path + "/s") == .missing)
        let daemon = ScriptedDaemon(in: folder) { _ in .result("{}") }
        link(daemon.path, folder.path + "/t")
        daemon.stop()
        #expect(reason(folder.path + "/t") == .refused)
    }

    @Test func `A path longer than the kernel takes is sweepMarks before it is tried`() {
        #expect(reason("/tmp/" + String(repeating: "a", count: 103)) == .pathTooLong)
        #expect(reason("/tmp/" + String(repeating: "a", count: 102)) == .missing)
    }

    @Test func `A daemon that does not answer is waited for no longer than asked`() throws {
        let daemon = ScriptedDaemon { peer in peer.readToEnd() }
        defer { daemon.stop() }
        let connection = try Connection(path: daemon.path)
        #expect(throws: KeywardError.timedOut) {
            try connection.call(Ping.self, NoParams(), within: .milliseconds(20))
        }
    }

    @Test func `A request beyond what the daemon takes is not sent`() throws {
        let daemon = ScriptedDaemon { _ in .result("{}") }
        defer { daemon.stop() }
        let params = VerifyKey.Params(key: String(repeating: "a", count: 70_000))
        #expect(throws: KeywardError.requestTooLong(limit: 65_536)) {
            try Connection(path: daemon.path).call(VerifyKey.self, params, within: .seconds(5))
        }
        #expect(daemon.received.isEmpty)
    }

    @Test func `A refused group is named with the command that lets the caller in`() {
        let unreachable = Unreachable(path: "/run/keyward/keyward.sock", reason: .permissionDenied(group: "keyward"))
        #expect(unreachable.description.contains("group keyward"))
        let admission = Unreachable.admission(to: "keyward", of: "anna")
        #expect(admission.hasSuffix("\nAs root, run: usermod --append --groups keyward anna"))
    }

    @Test(arguments: [("x; reboot", "anna"), ("keyward", "$(id)"), ("keyward", "-G"), ("-G", "anna"), ("", "anna")])
    func `A name that a shell would take for more is not part of a command`(group: String, login: String) {
        #expect(!Unreachable.admission(to: group, of: login).contains("usermod"))
    }

    @Test(arguments: [
        ("/run/keyward/keyward.sock", true, true), ("/run/keyward/verify.sock", true, true),
        ("/run/keyward/keyward.sock", false, false), ("/tmp/var/run/keyward.sock", true, false),
        ("/run/user/1000/keyward/keyward.sock", true, false),
    ])
    func `Only the sockets of the package, where systemd runs, are systemd's`(
        path: String, runs: Bool, isSystemds: Bool
    ) {
        let unreachable = Unreachable(path: path, reason: .refused)
        #expect(unreachable.isOfSystemd(hostRunsSystemd: runs) == isSystemds)
    }

    @Test func `A socket that no group may use does not send anybody into its group`() throws {
        var template = Array("/tmp/kwc.XXXXXX".utf8CString)
        let file = mkstemp(&template)
        try #require(file >= 0)
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { unlink(path) }
        #expect(UnixSocket.denial(at: path) == .privateSocket)
        #expect(fchown(file, getuid(), 0) != 0 || fchmod(file, 0o660) == 0)
        #expect(UnixSocket.denial(at: path) == .privateSocket)
        close(file)
        #expect(!Unreachable(path: path, reason: .privateSocket).description.contains("usermod"))
    }
}

@Suite struct SocketPathTests {
    private func path(_ socket: SocketPath, _ variables: [String: String], uid: UInt32, there: [String] = []) -> String
    {
        socket.resolve(variable: { variables[$0] }, uid: uid, exists: there.contains)
    }

    @Test func `A variable of its own names each socket`() {
        let variables = ["KEYWARD_SOCKET": "/a", "KEYWARD_VERIFY_SOCKET": "/v", "XDG_RUNTIME_DIR": "/run/user/1"]
        #expect(path(.admin, variables, uid: 1) == "/a")
        #expect(path(.verify, variables, uid: 1) == "/v")
    }

    @Test func `An ordinary account has its own daemon before the host's, if it is there`() {
        let variables = ["XDG_RUNTIME_DIR": "/run/user/1", "KEYWARD_SOCKET": ""]
        let own = "/run/user/1/keyward/keyward.sock"
        #expect(path(.admin, variables, uid: 1, there: [own]) == own)
        #expect(path(.admin, variables, uid: 1) == "/run/keyward/keyward.sock")
        #expect(path(.admin, variables, uid: 0, there: [own]) == "/run/keyward/keyward.sock")
        #expect(path(.verify, [:], uid: 1) == "/run/keyward/verify.sock")
    }
}
