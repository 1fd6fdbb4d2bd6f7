import Glibc
import KeywardTesting
import Testing

/// The daemon under a service manager: sockets passed, notices received, signals sent.
struct ServiceTests {
    private let sockets: HeldSockets
    private let manager: NotifySocket

    init() throws {
        sockets = try HeldSockets()
        manager = try NotifySocket(in: sockets.folder)
    }

    private let ping = #"{"jsonrpc":"2.0","id":1,"method":"system.ping"}"#

    /// Starts a daemon and waits for its READY=1.
    private func start(_ environment: [String] = [], arguments: [String] = []) throws -> ChildProcess {
        let process = try sockets.start(environment: environment, notify: manager, arguments: arguments)
        try #require(manager.wait(for: "READY=1") != nil, "\(process.text)")
        return process
    }

    @Test func theManagerIsToldOfReadinessReloadAndEndWithFigures() throws {
        let process = try start()
        let client = try LineClient(sockets.admin)
        _ = try client.exchange(#"{"jsonrpc":"2.0","id":1,"method":"keys.create","params":{"name":"staging-api"}}"#)
        process.signal(SIGHUP)
        let reload = try #require(manager.wait(for: "READY=1"))
        let begin = try #require(reload.firstIndex { $0.hasPrefix("RELOADING=1\nMONOTONIC_USEC=") })
        #expect(begin < reload.count - 1)
        #expect(
            reload.last == "READY=1\nSTATUS=Ready: 1 live keys, 1 connections, 0 verifications since the start",
            "\(reload)")
        process.signal(SIGTERM)
        #expect(manager.wait(for: "STOPPING=1") != nil)
        #expect(process.wait().exit == 0)
    }

    @Test func theWatchdogIsFedAllTheTime() throws {
        let process = try start(["WATCHDOG_USEC=400000"])
        for _ in 0..<5 { #expect(manager.wait(for: "WATCHDOG=1") != nil) }
        #expect(process.end(by: SIGTERM).exit == 0)
    }

    @Test func aChangeThatWaitsForTheDiskLeavesTheWatchdogUnfedUntilItGoesOn() throws {
        let process = try start(["WATCHDOG_USEC=400000"])
        let client = try LineClient(sockets.admin)
        let verifier = try LineClient(sockets.verify)
        _ = try client.exchange(ping)
        let lock = try WriteLock(of: sockets.state + "/keyward.db")
        client.send(#"{"jsonrpc":"2.0","id":7,"method":"keys.create","params":{"name":"staging-api"}}"# + "\n")
        #expect(process.waitForText("commit; the watchdog is not fed"))
        // No notice was sent since then, and verification continues.
        while manager.next(within: 0) != nil {}
        #expect(try verifier.exchange(ping).contains("ready"))
        #expect(manager.next(within: 300) == nil)
        lock.release()
        #expect(process.waitForText("answer again"))
        #expect(manager.wait(for: "WATCHDOG=1") != nil)
        #expect(try client.line()?.contains(#""id":7,"result""#) == true)
        #expect(process.end(by: SIGTERM).exit == 0)
    }

    @Test func aStartThatTakesLongAsksForTimeAndSaysWhatItDoes() throws {
        #expect(try start().end(by: SIGKILL).exit == nil)
        // The log that the dead daemon left must be recovered, which needs the writer's lock.
        let lock = try WriteLock(of: sockets.state + "/keyward.db")
        let process = try sockets.start(notify: manager)
        #expect(manager.wait(for: "EXTEND_TIMEOUT_USEC=30000000") != nil, "\(process.text)")
        #expect(manager.next() == "STATUS=Opening the database")
        lock.release()
        #expect(manager.wait(for: "READY=1") != nil, "\(process.text)")
        #expect(process.end(by: SIGTERM).exit == 0)
    }

    @Test func aConnectionThatNoDaemonHasAcceptedYetIsServedByTheNextOne() throws {
        let early = try LineClient(sockets.verify)
        early.send(ping + "\n")
        let first = try start()
        #expect(try early.line()?.contains("ready") == true)
        let idle = try LineClient(sockets.admin)
        _ = try idle.exchange(ping)
        #expect(first.end(by: SIGTERM).exit == 0)
        // Accepted: its connection ends. Not accepted: it waits, with the bytes that it has sent.
        #expect(try early.lines() == [] && idle.lines() == [])
        let late = try (0..<20).map { _ in try LineClient(sockets.verify) }
        late.forEach { $0.send(ping + "\n") }
        let admin = try LineClient(sockets.admin)
        let second = try start()
        for client in late { #expect(try client.line()?.contains("ready") == true) }
        #expect(try admin.exchange(ping).contains("ready"))
        #expect(access(sockets.admin, F_OK) == 0)
        #expect(second.end(by: SIGTERM).exit == 0)
        #expect(access(sockets.admin, F_OK) == 0 && access(sockets.verify, F_OK) == 0)
    }

    @Test func aStoppingDaemonAcceptsNoneOfThoseThatWait() throws {
        let first = try start()
        let busy = try LineClient(sockets.verify)
        _ = try busy.exchange(ping)
        first.signal(SIGTERM)
        try #require(manager.wait(for: "STOPPING=1") != nil)
        // From here on no connection is accepted: these wait for the next daemon, however long the first one takes.
        let late = try (0..<50).map { _ in try LineClient(sockets.verify) }
        late.forEach { $0.send(ping + "\n") }
        #expect(first.wait().exit == 0)
        let second = try start()
        for client in late { #expect(try client.line()?.contains("ready") == true) }
        #expect(second.end(by: SIGTERM).exit == 0)
    }

    @Test func aFaultThatARestartDoesNotHelpNamesTheCommandThatStartsTheServiceAgain() throws {
        mkdir(sockets.state, 0o755)
        chmod(sockets.state, 0o755)
        let end = try sockets.start(notify: manager).wait()
        #expect(end.exit == 78)
        let lines = end.output.split(separator: "\n")
        #expect(lines.count == 1)
        #expect(lines.last?.contains("Run: chmod 700 \(sockets.state)") == true, "\(end.output)")
        #expect(
            lines.last?.contains("Then run: systemctl start keywardd") == true,
            "\(end.output)")
        // This is all that is needed.
        chmod(sockets.state, 0o700)
        let client = try LineClient(sockets.verify)
        let process = try start()
        #expect(try client.exchange(ping).contains("ready"))
        #expect(process.end(by: SIGTERM).exit == 0)
    }

    @Test func aServiceWithoutItsSocketsIsToldOfThem() throws {
        let end = try ChildProcess(
            DaemonProcess.executable, [],
            environment: ["INVOCATION_ID=4711", "STATE_DIRECTORY=\(sockets.state)"]
        ).wait()
        #expect(end.exit == 78)
        #expect(end.output.contains("received no sockets"), "\(end.output)")
        #expect(end.output.contains("systemctl start keywardd"), "\(end.output)")
        #expect(end.output.split(separator: "\n").count == 1)
    }

    @Test func aCredentialMayBeMissingButNotMalformed() throws {
        let credentials = sockets.folder.file("credentials")
        mkdir(credentials, 0o700)
        #expect(try start(["CREDENTIALS_DIRECTORY=\(credentials)"]).end(by: SIGTERM).exit == 0)
        try sockets.folder.write("not a pepper\n", to: "credentials/keyward.pepper")
        let end = try sockets.start(environment: ["CREDENTIALS_DIRECTORY=\(credentials)"]).wait()
        #expect(end.exit == 78 && end.output.contains("keyward.pepper"), "\(end.output)")
        #expect(end.output.split(separator: "\n").count == 1)
    }

    @Test func aSecondDaemonOnTheSameStateEndsWithItsOwnStatus() throws {
        let first = try start()
        let end = try sockets.start().wait()
        #expect(end.exit == 75 && end.output.contains("pid \(first.pid)"), "\(end.output)")
        #expect(try LineClient(sockets.admin).exchange(ping).contains("ready"))
        #expect(first.end(by: SIGTERM).exit == 0)
    }

    @Test func aLockThatADeadDaemonLeftIsNoHindrance() throws {
        let first = try start()
        #expect(first.end(by: SIGKILL).exit == nil)
        try sockets.folder.write("4194304\n", to: "state/lock")
        #expect(try start().end(by: SIGTERM).exit == 0)
    }
}

/// The lock of SQLite's writer (sqlite.org/walformat.html, 2.3.1), held by another process: every write waits.
private struct WriteLock {
    private static let offset: off_t = 120
    private let descriptor: Int32

    init(of database: String) throws {
        descriptor = open(database + "-shm", O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemFailure("open \(database)-shm") }
        var lock = flock(
            l_type: Int16(F_WRLCK), l_whence: Int16(SEEK_SET), l_start: Self.offset, l_len: 1, l_pid: 0)
        while fcntl(descriptor, F_SETLKW, &lock) != 0 {
            guard errno == EINTR else { throw SystemFailure("lock \(database)-shm") }
        }
    }

    func release() { close(descriptor) }
}
