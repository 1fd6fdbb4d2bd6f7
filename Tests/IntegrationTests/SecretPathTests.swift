import Foundation
import KeywardTesting
import ScriptedDaemon
import Synchronization
import Testing

/// Every destination of a secret, and every failure on the way: the secret is delivered, or its key is revoked or its
/// rotation cancelled.
@Suite struct SecretPathTests {
    private let folder = ShortFolder()
    private static let secret = "kw_8FqL2mXw_abcdefghijABCDEFGHIJ0123456789abcdef"
    private static let key =
        #"{"id":"key_01j0","workspace":"default","name":"prod-main-app","prefix":"kw_8FqL2mXw","status":"unused","#
        + #""facts":[],"usageCount":0,"refusedCount":0,"lastUsedAt":null,"lastUsedBy":null,"#
        + #""createdAt":"2026-01-04T12:00:00.000Z","createdBy":{"uid":0,"user":"root"},"expiresAt":null,"owner":null,"#
        + #""purpose":null,"scopes":[],"metadata":{},"rotation":null,"revoked":null,"actions":[]}"#
    private static let check =
        #"{"code":-32005,"message":"Confirm it.","data":{"code":"confirmationRequired","checks":[]}}"#

    /// A daemon that creates a key for each create and rotate, after `before`; `received` has the requested methods.
    private func daemon(asks: Bool = false, before: @escaping @Sendable () -> Void = {}) -> ScriptedDaemon {
        ScriptedDaemon { line in
            switch Request.method(line) {
            case "keys.create", "keys.rotate":
                if asks, !line.contains(#""confirm":true"#) { return .error(Self.check) }
                before()
                return .result(
                    #"{"key":\#(Self.key),"secret":"\#(Self.secret)","retiring":\#(Self.key),"warnings":[]}"#)
            default: return .result(#"{"key":\#(Self.key)}"#)
            }
        }
    }

    private func environment(_ daemon: ScriptedDaemon) -> [String] {
        ["KEYWARD_SOCKET=\(daemon.path)", "TZ=UTC", "KEYWARD=\(Command.path)", "PATH=/usr/bin:/bin"]
    }

    /// Runs a shell script, in which `$KEYWARD` is the client.
    private func shell(_ script: String, _ daemon: ScriptedDaemon) throws -> ChildEnd {
        try ChildProcess("/bin/sh", ["-c", script], environment: environment(daemon), splitErrors: true).wait()
    }

    private func contents(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }

    // MARK: Detected before the key is created

    @Test(arguments: [
        ">&-", "</dev/null >/dev/null --copy", "--out /dev/full", "--out /nowhere/key", "--out /proc/key",
        "1</dev/null",
    ])
    func aWayThatCannotWorkMakesNoKey(way: String) throws {
        let daemon = daemon()
        defer { daemon.stop() }
        let end = try shell("setsid -w \"$KEYWARD\" create prod-main-app \(way)", daemon)
        #expect(end.exit == 3, "\(end.errors)")
        #expect(daemon.received.isEmpty)
    }

    @Test func aPipeThatNobodyReadsMakesNoKey() throws {
        let daemon = daemon()
        defer { daemon.stop() }
        let end = try shell(
            "mkfifo \(folder.path)/p; exec 3<>\(folder.path)/p 4>\(folder.path)/p 3>&-; \"$KEYWARD\" create a >&4",
            daemon)
        #expect(end.exit == 3, "\(end.errors)")
        #expect(daemon.received.isEmpty)
    }

    // MARK: Detected after the key was created

    @Test(arguments: ["create", "rotate"], ["", "--json"])
    func aKeyWhoseSecretCannotBeWrittenIsTakenBack(command: String, form: String) throws {
        let daemon = daemon()
        defer { daemon.stop() }
        let end = try shell("\"$KEYWARD\" \(command) prod-main-app \(form) >/dev/full", daemon)
        #expect(end.exit == 1)
        #expect(end.errors.contains("No space left on device") && !end.errors.contains(Self.secret))
        #expect(
            daemon.received.map(Request.method)
                == ["keys.\(command)", command == "create" ? "keys.revoke" : "keys.cancelRotation"])
        #expect(end.errors.contains(command == "create" ? "was revoked" : "was cancelled"))
    }

    @Test func aReaderThatLeavesMeanwhileHasTheKeyTakenBack() throws {
        let pipe = folder.path + "/p"
        mkfifo(pipe, 0o600)
        let reading = open(pipe, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        let daemon = daemon { close(reading) }
        defer { daemon.stop() }
        let child = try ChildProcess(
            "/bin/sh", ["-c", "exec \"$KEYWARD\" create prod-main-app >\(pipe)"],
            environment: environment(daemon), splitErrors: true)
        let end = child.wait()
        #expect(end.exit == 1, "\(end.errors)")
        #expect(daemon.received.map(Request.method) == ["keys.create", "keys.revoke"])
    }

    @Test(arguments: [[], ["--copy"]])
    func aTerminalThatIsGoneHasTheKeyTakenBack(way: [String]) throws {
        let (asked, gone) = (Awaited<Void>(), Awaited<Void>())
        let daemon = daemon {
            asked.give(())
            gone.wait()
        }
        defer { daemon.stop() }
        let process = try TerminalProcess(
            Command.path, ["create", "prod-main-app"] + way, environment: environment(daemon))
        asked.wait()
        process.hangUp()
        gone.give(())
        _ = process.wait()
        #expect(daemon.received.map(Request.method) == ["keys.create", "keys.revoke"])
    }

    @Test func aFolderThatCannotBeSyncedKeepsTheOnlyCopy() throws {
        let (old, new) = (folder.path + "-old", folder.path + "-new")
        try FileManager.default.createDirectory(atPath: old, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: new) }
        let daemon = daemon { rename(old, new) }
        defer { daemon.stop() }
        let end = try shell("\"$KEYWARD\" create prod-main-app --out \(old)/key", daemon)
        #expect(end.exit == 0)
        #expect(end.errors.contains("cannot be synced"))
        #expect(contents(new + "/key") == Self.secret + "\n")
    }

    // MARK: Signals

    /// Between the request and the end of the write: the secret is delivered, then the signal takes effect.
    @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT], [true, false])
    func aSignalWaitsUntilTheSecretIsHandedOver(number: Int32, toFile: Bool) throws {
        let pid = Awaited<pid_t>()
        let daemon = daemon { pid.wait().map { _ = kill($0, number) } }
        defer { daemon.stop() }
        let path = folder.path + "/key"
        let child = try ChildProcess(
            Command.path, ["create", "prod-main-app"] + (toFile ? ["--out", path] : []),
            environment: environment(daemon), splitErrors: true)
        pid.give(child.pid)
        let end = child.wait()
        #expect(end.signal == number)
        #expect((toFile ? contents(path) : end.output) == Self.secret + "\n")
        #expect(daemon.received.count == 1)
    }

    @Test(arguments: ["\u{3}", "TERM", "HUP", "KILL", "n\n", "\u{4}", "gone"])
    func aQuestionThatIsLeftLeavesNoFile(answer: String) throws {
        let daemon = daemon(asks: true)
        defer { daemon.stop() }
        let path = folder.path + "/key"
        let process = try TerminalProcess(
            Command.path, ["rotate", "prod-main-app", "--out", path], environment: environment(daemon))
        #expect(process.waitForText("[y/N]"))
        #expect(access(path, F_OK) != 0)
        switch answer {
        case "TERM": process.signal(SIGTERM)
        case "HUP": process.signal(SIGHUP)
        case "KILL": process.signal(SIGKILL)
        case "gone": process.hangUp()
        default: process.type(answer)
        }
        #expect(process.wait().exit != 0)
        #expect(access(path, F_OK) != 0)
        #expect(daemon.received.count == 1)
    }

    @Test func aQuestionThatIsAnsweredWithYesFillsTheFile() throws {
        let daemon = daemon(asks: true)
        defer { daemon.stop() }
        let path = folder.path + "/key"
        let process = try TerminalProcess(
            Command.path, ["rotate", "prod-main-app", "--out", path], environment: environment(daemon))
        #expect(process.waitForText("[y/N]"))
        process.type("y\n")
        #expect(process.wait().exit == 0)
        #expect(contents(path) == Self.secret + "\n")
    }

    // MARK: The prompt for a secret

    @Test(arguments: [("\u{3}", SIGINT), ("\u{1C}", SIGQUIT), ("TERM", SIGTERM), ("HUP", SIGHUP)])
    func aSignalAtThePromptLeavesATerminalThatEchoes(cause: String, number: Int32) throws {
        let daemon = daemon()
        defer { daemon.stop() }
        let process = try TerminalProcess(Command.path, ["verify"], environment: environment(daemon))
        #expect(process.waitForText("Key (hidden):"))
        #expect(!process.echoes)
        if cause.count == 1 { process.type(cause) } else { process.signal(number) }
        #expect(process.wait().signal == number)
        #expect(process.echoes)
    }

    /// Ctrl-Z does not stop a process without a job-control shell, so it continues.
    @Test func aPromptThatWasInterruptedAsksAgainAndHidesAgain() throws {
        let daemon = ScriptedDaemon { _ in .result(#"{"valid":false,"code":"revoked","warnings":[]}"#) }
        defer { daemon.stop() }
        let process = try TerminalProcess(
            Command.path, ["verify", "--socket", daemon.path], environment: environment(daemon))
        #expect(process.waitForText("Key (hidden):"))
        process.type("\u{1A}")
        #expect(process.waitForText("Key (hidden):", count: 2))
        #expect(!process.echoes)
        process.type(Self.secret + "\n")
        #expect(process.waitForText("revoked"))
        #expect(process.wait().exit == 5)
        #expect(process.echoes && !process.text.contains("abcdefghij"))
        #expect(daemon.received[0].contains(Self.secret))
    }

    @Test func anIgnoredSignalStaysIgnored() throws {
        let daemon = ScriptedDaemon { _ in .result(#"{"valid":true,"code":"valid","warnings":[]}"#) }
        defer { daemon.stop() }
        let process = try TerminalProcess(
            "/bin/sh", ["-c", "trap '' HUP; exec \"$KEYWARD\" verify --socket \(daemon.path)"],
            environment: environment(daemon))
        #expect(process.waitForText("Key (hidden):"))
        process.signal(SIGHUP)
        process.type(Self.secret + "\n")
        #expect(process.wait().exit == 0)
    }
}

/// A value that one thread waits for and another provides.
private final class Awaited<Value: Sendable>: Sendable {
    private let given = DispatchSemaphore(value: 0)
    private let value = Mutex<Value?>(nil)

    func give(_ value: Value) {
        self.value.withLock { $0 = value }
        given.signal()
    }

    @discardableResult func wait() -> Value? {
        given.wait()
        return value.withLock { $0 }
    }
}
