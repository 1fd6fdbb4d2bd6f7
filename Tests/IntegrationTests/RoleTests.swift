import Foundation
import KeywardTesting
import Testing

/// The rights of callers other than root; the kernel reports who they are.
@Suite(.enabled(if: Stranger.canBe, "needs root and setpriv, to call as other users"))
struct RoleTests {
    private let daemon: TestDaemon
    private let id: String

    init() throws {
        daemon = try TestDaemon()
        try Stranger.letIn(to: daemon)
        try daemon.done("workspaces.create", #"{"name":"acme","tag":"acme"}"#)
        id = try #require(try daemon.create("staging-api", #""workspace":"acme""#).key["id"].string)
    }

    private func grant(_ principal: String, _ role: String) throws {
        try daemon.done("members.grant", #"{"workspace":"acme","principal":"\#(principal)","role":"\#(role)"}"#)
    }

    /// Calls as uid 4711 and gid 4712. Returns nil on success, otherwise the exit status and the message.
    private func call(_ method: String, _ params: String = "{}", groups: String? = nil, verify: Bool = false) throws
        -> (status: Int32?, words: String)
    {
        let end = try Stranger.run(
            ["call", method] + (verify ? ["--verify"] : []), groups: groups, in: daemon, input: params)
        return (end.exit, end.exit == 0 ? end.output : end.errors)
    }

    @Test func oneWhoIsNoMemberLearnsNothing() throws {
        for (method, params) in [
            ("keys.list", #"{"workspace":"acme"}"#), ("keys.list", #"{"workspace":"nowhere"}"#), ("keys.list", "{}"),
            ("workspaces.get", #"{"workspace":"acme"}"#), ("workspaces.list", "{}"), ("system.status", "{}"),
            ("system.metrics", "{}"), ("members.list", #"{"workspace":"acme"}"#), ("audit.list", "{}"),
            ("keys.create", #"{"name":"a","workspace":"acme"}"#), ("workspaces.create", #"{"name":"a"}"#),
            ("workspaces.setPlan", #"{"workspace":"acme","plan":"free"}"#), ("audit.check", "{}"),
            ("system.backup", "{}"), ("keys.verify", #"{"key":"x"}"#),
        ] {
            let end = try call(method, params)
            #expect(end.status == 4, "\(method): \(end)")
        }
        // A key of another's workspace looks like a missing one.
        let known = try call("keys.get", #"{"key":"\#(id)"}"#)
        let unknown = try call("keys.get", #"{"key":"key_01jd0000000000000000000000"}"#)
        #expect(known.status == 1 && known.words == unknown.words)
        let existing = try call("keys.list", #"{"workspace":"acme"}"#)
        let unknownWords = try call("keys.list", #"{"workspace":"nowhere"}"#).words
        #expect(unknownWords.replacing("nowhere", with: "acme") == existing.words)
        #expect(try call("system.ping").status == 0 && call("rpc.discover").status == 0)
        #expect(try call("keys.verify", #"{"key":"x"}"#, verify: true).status == 0)
        #expect(try call("keys.list", "{}", verify: true).status == 3)
    }

    @Test func aViewerMayLookAndNotChange() throws {
        try grant("uid:4711", "viewer")
        for (method, params) in [
            ("keys.list", #"{"workspace":"acme"}"#), ("keys.get", #"{"key":"\#(id)"}"#),
            ("keys.usage", #"{"key":"\#(id)"}"#), ("members.list", #"{"workspace":"acme"}"#),
            ("audit.list", #"{"workspace":"acme"}"#), ("workspaces.list", "{}"), ("system.status", "{}"),
        ] {
            let end = try call(method, params)
            #expect(end.status == 0, "\(method): \(end)")
        }
        for (method, params) in [
            ("keys.create", #"{"name":"a","workspace":"acme"}"#), ("keys.rotate", #"{"key":"\#(id)"}"#),
            ("keys.revoke", #"{"key":"\#(id)","reason":"other"}"#), ("keys.update", #"{"key":"\#(id)"}"#),
            ("keys.disable", #"{"key":"\#(id)"}"#), ("keys.list", "{}"),
            ("members.grant", #"{"workspace":"acme","principal":"uid:4711","role":"admin"}"#),
        ] {
            let end = try call(method, params)
            #expect(end.status == 4, "\(method): \(end)")
        }
        let key = try JSON(call("keys.get", #"{"key":"\#(id)"}"#).words)["key"]
        #expect(key["actions"].elements.isEmpty)
        let names = try JSON(call("workspaces.list").words)["workspaces"].elements.map { $0["name"].string }
        #expect(names == ["acme"])
    }

    @Test func anAdminMayChangeKeysAndMembersOfItsWorkspaceAndNothingElse() throws {
        try grant("gid:4713", "admin")
        #expect(try call("keys.disable", #"{"key":"\#(id)"}"#).status == 1)
        for (method, params) in [
            ("keys.create", #"{"name":"a","workspace":"acme"}"#), ("keys.disable", #"{"key":"\#(id)"}"#),
            ("members.grant", #"{"workspace":"acme","principal":"uid:4714","role":"viewer"}"#),
        ] {
            let end = try call(method, params, groups: "4713")
            #expect(end.status == 0, "\(method): \(end)")
        }
        for (method, params) in [
            ("keys.create", #"{"name":"a"}"#), ("workspaces.create", #"{"name":"a"}"#),
            ("workspaces.setPlan", #"{"workspace":"acme","plan":"free"}"#), ("audit.check", "{}"),
            ("system.backup", "{}"),
        ] {
            let end = try call(method, params, groups: "4713")
            #expect(end.status == 4, "\(method): \(end)")
        }
        let entry = try daemon.done("audit.list", #"{"workspace":"acme"}"#)["entries"].elements.last
        #expect(entry?["actor"]["uid"].int == 4_711)
        try daemon.done("members.remove", #"{"workspace":"acme","principal":"gid:4713"}"#)
        #expect(try call("keys.list", #"{"workspace":"acme"}"#, groups: "4713").status == 4)
    }

    @Test func thePrimaryGroupCountsLikeAnyOther() throws {
        try grant("gid:4712", "viewer")
        #expect(try call("keys.list", #"{"workspace":"acme"}"#).status == 0)
    }

    @Test func theOwnersPrincipalMayConfirmARotationAndNothingElse() throws {
        try daemon.done("keys.update", #"{"key":"\#(id)","owner":{"principal":"uid:4711"}}"#)
        try daemon.done("keys.rotate", #"{"key":"\#(id)"}"#)
        #expect(try call("keys.cancelRotation", #"{"key":"\#(id)"}"#).status == 1)
        #expect(try call("keys.get", #"{"key":"\#(id)"}"#).status == 1)
        #expect(try call("keys.confirmRotation", #"{"key":"\#(id)"}"#).status == 6)
        #expect(try call("keys.confirmRotation", #"{"key":"\#(id)","confirm":true}"#).status == 0)
        #expect(try daemon.status(id) == "superseded")
    }

    @Test func aUseIsCountedForTheUserWhoAsked() throws {
        let made = try daemon.create("counted")
        let end = try Stranger.run(["verify"], in: daemon, input: made.secret)
        #expect(end.exit == 0)
        let key = try daemon.done("keys.get", #"{"key":"counted"}"#)["key"]
        #expect(key["lastUsedBy"]["uid"].int == 4_711)
        #expect(try daemon.done("keys.usage", #"{"key":"counted"}"#)["byPeer"][0]["uid"].int == 4_711)
    }

    @Test func aSocketThatTheKernelForbidsIs4WhetherAGroupMayUseItOrNot() throws {
        let daemon = try TestDaemon()
        try Stranger.letIn(to: daemon)
        for (mode, group) in [(0o600, 4_713), (0o660, 4_713), (0o660, 0)] as [(mode_t, gid_t)] {
            for socket in [daemon.process.adminSocket, daemon.process.verifySocket] {
                try #require(chown(socket, 0, group) == 0 && chmod(socket, mode) == 0)
            }
            for arguments in [["list"], ["verify"], ["ping"]] {
                let end = try Stranger.run(arguments, in: daemon, input: "x")
                #expect(end.exit == 4 && end.output.isEmpty, "\(arguments) \(mode) \(end.errors)")
            }
        }
    }

    @Test func aPermissionThatIsMissingIsToldOfWithACommandThatHelps() throws {
        let end = try call("keys.list", #"{"workspace":"acme"}"#)
        #expect(end.words.contains("keyward member grant uid:4711 viewer --workspace"))
        let arguments = ["member", "grant", "uid:4711", "viewer", "--workspace", "acme"]
        #expect(try Command.run(arguments, in: daemon.process.runFolder).exit == 0)
        #expect(try call("keys.list", #"{"workspace":"acme"}"#).status == 0)
    }
}

/// A caller with uid 4711 and gid 4712.
enum Stranger {
    private static let setpriv = "/usr/bin/setpriv"

    static let canBe: Bool = {
        guard geteuid() == 0, access(setpriv, X_OK) == 0, let daemon = try? TestDaemon() else { return false }
        guard (try? letIn(to: daemon)) != nil else { return false }
        return (try? run(["ping", "--admin"], in: daemon))?.exit == 0
    }()

    /// Opens a daemon's sockets to everyone, and copies the command to where everyone can run it.
    static func letIn(to daemon: TestDaemon) throws {
        chmod(daemon.process.runFolder, 0o711)
        chmod(daemon.process.adminSocket, 0o666)
        chmod(daemon.process.verifySocket, 0o666)
        // Copied by another process: a child that is being started elsewhere must not hold it open for writing.
        let end = try ChildProcess("/bin/cp", [Command.path, daemon.process.runFolder + "/keyward"]).wait()
        guard end.exit == 0 else { throw SystemFailure("cp: \(end.output)") }
    }

    static func run(
        _ arguments: [String], groups: String? = nil, in daemon: TestDaemon, input: String = ""
    ) throws -> ChildEnd {
        let folder = daemon.process.runFolder
        let identity = ["--reuid=4711", "--regid=4712", groups.map { "--groups=\($0)" } ?? "--clear-groups"]
        return try ChildProcess(
            setpriv, identity + ["--", folder + "/keyward"] + arguments, environment: Command.environment(folder),
            input: Array(input.utf8), splitErrors: true
        ).wait()
    }
}
