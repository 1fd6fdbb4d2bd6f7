import Foundation
import KeywardTesting
import Testing

/// A start with changed files: it refuses each with a remedy, or completes it. It never serves as if there had been no
/// keys.
struct StateFileTests: StartTesting {
    let folder: ScratchFolder
    let state: String

    init() throws {
        folder = try ScratchFolder()
        state = folder.file("state")
    }

    private var ledger: String { folder.file("usage.ledger") }

    private func remove(_ names: String...) {
        for name in names { unlink(state + "/" + name) }
    }

    /// What happens to the file of a database, including its log and its index.
    enum Loss: String, CaseIterable {
        case missing, renamed, empty, onePage

        func happen(in state: String) throws {
            let database = state + "/keyward.db"
            switch self {
            case .missing: unlink(database)
            case .renamed: rename(database, state + "/Keyward.db")
            case .empty: truncate(database, 0)
            case .onePage:
                unlink(database)
                let end = try ChildProcess("/usr/bin/sqlite3", [database, "PRAGMA user_version = 0; VACUUM"]).wait()
                try #require(end.exit == 0)
                try #require(FileManager.default.contents(atPath: database)?.count == 4_096)
            }
        }
    }

    @Test(.enabled(if: Database.canBeEdited, "needs the command sqlite3"), arguments: Loss.allCases)
    func aDatabaseThatIsGoneBesideAnAuditHeadIsNotMadeAnew(loss: Loss) throws {
        try makeState()
        unlink(ledger)
        try loss.happen(in: state)
        let before = try? Data(contentsOf: URL(fileURLWithPath: state + "/keyward.db"))
        try expectFault(78, "audit-head records 3 audit entries", "keywardd --init --state-dir \(state)")
        try expectFault(78, loss == .renamed ? "move it back (\(state)/Keyward.db)" : "restore the latest backup")
        #expect((try? Data(contentsOf: URL(fileURLWithPath: state + "/keyward.db"))) == before)
    }

    @Test func anEmptyStateFolderBesideTheUsageLedgerOfADatabaseIsNoFirstStart() throws {
        try makeState()
        try FileManager.default.removeItem(atPath: state)
        try expectFault(78, "is missing", "usage.ledger counts the usage of a database", "Mount or restore")
        mkdir(state, 0o700)
        try expectFault(78, "usage.ledger counts the usage of a database", "--init")
        #expect(try FileManager.default.contentsOfDirectory(atPath: state) == ["lock"])
        unlink(ledger)
        #expect(try start().stop().exit == 0)
    }

    @Test func aLogWithoutItsDatabaseIsNotThrownAway() throws {
        let daemon = try start()
        _ = try LineClient(daemon.adminSocket).exchange(
            #"{"jsonrpc":"2.0","id":1,"method":"keys.create","params":{"name":"staging-api"}}"#)
        daemon.kill()
        remove("keyward.db", "audit-head", "journal-mark")
        unlink(ledger)
        let log = try Data(contentsOf: URL(fileURLWithPath: state + "/keyward.db-wal"))
        #expect(!log.isEmpty)
        try expectFault(78, "keyward.db-wal is not empty")
        #expect(try Data(contentsOf: URL(fileURLWithPath: state + "/keyward.db-wal")) == log)
    }

    @Test func aFirstStartWithAPepperAloneStaysWhatItIs() throws {
        mkdir(state, 0o700)
        try folder.write(String(repeating: "ab", count: 32) + "\n", to: "state/pepper")
        chmod(state + "/pepper", 0o600)
        let secret = try makeState()
        let daemon = try start()
        let line = #"{"jsonrpc":"2.0","id":1,"method":"keys.verify","params":{"key":"\#(secret)"}}"#
        #expect(try JSON(LineClient(daemon.verifySocket).exchange(line))["result"]["valid"].bool == true)
    }

    @Test func aNewDatabaseIsMadeOnRequestAndWhatWasLeftIsKept() throws {
        let secret = try makeState()
        remove("keyward.db")
        let arguments = ["--init", "--state-dir", state]
        let end = try ChildProcess(DaemonProcess.executable, arguments).wait()
        #expect(end.exit == 0 && end.output.contains("Created an empty database"), "\(end.output)")
        let names = try FileManager.default.contentsOfDirectory(atPath: state)
        let aside = try #require(names.first { $0.hasPrefix("before-init-") })
        #expect(try FileManager.default.contentsOfDirectory(atPath: state + "/" + aside).contains("audit-head"))
        let daemon = try start()
        let admin = try LineClient(daemon.adminSocket)
        let verify = #"{"jsonrpc":"2.0","id":1,"method":"keys.verify","params":{"key":"\#(secret)"}}"#
        #expect(try JSON(admin.exchange(verify))["result"]["code"].string == "notFound")
        let check = #"{"jsonrpc":"2.0","id":1,"method":"audit.check"}"#
        #expect(try JSON(admin.exchange(check))["result"]["ok"].bool == true)
        // Not while a daemon runs, and not over a database.
        #expect(try ChildProcess(DaemonProcess.executable, arguments).wait().exit == 75)
        #expect(daemon.stop().exit == 0)
        let again = try ChildProcess(DaemonProcess.executable, arguments).wait()
        #expect(again.exit == 78 && again.output.contains("There is a database"), "\(again.output)")
    }

    @Test(.enabled(if: geteuid() == 0, "needs root, to give a folder away"))
    func rootMakesTheNewDatabaseForTheOwnerOfTheFolder() throws {
        mkdir(state, 0o700)
        chown(state, 4711, 4711)
        chmod(folder.path, 0o711)
        let end = try ChildProcess(DaemonProcess.executable, ["--init", "--state-dir", state]).wait()
        #expect(end.exit == 0, "\(end.output)")
        var status = stat()
        #expect(stat(state + "/keyward.db", &status) == 0 && status.st_uid == 4711 && status.st_mode & 0o777 == 0o600)
    }

    /// What can be in place of a file.
    enum Impostor: String, CaseIterable {
        case pipe, link, folder, socket

        func put(at path: String) throws {
            unlink(path)
            switch self {
            case .pipe: mkfifo(path, 0o600)
            case .link: symlink("/tmp/keyward-elsewhere", path)
            case .folder: mkdir(path, 0o700)
            case .socket: mknod(path, S_IFSOCK | 0o600, 0)
            }
        }

        var words: String {
            switch self {
            case .pipe: "is a named pipe"
            case .link: "is a symbolic link"
            case .folder: "is a folder"
            case .socket: "is a socket"
            }
        }
    }

    @Test(arguments: Impostor.allCases)
    func whatIsNoPlainFileIsRefusedByTypeWithoutHangingTheStart(impostor: Impostor) throws {
        try makeState()
        for name in ["keyward.db", "keyward.db-wal", "keyward.db-shm", "pepper", "audit-head", "journal-mark", "lock"] {
            let path = state + "/" + name
            let kept = state + "/kept"
            rename(path, kept)
            try impostor.put(at: path)
            try expectFault(78, "\(path) \(impostor.words), not a plain file", "Move it away")
            try FileManager.default.removeItem(atPath: path)
            rename(kept, path)
        }
        if impostor != .folder {
            try impostor.put(at: state + "/backups")
            try expectFault(78, "\(state)/backups \(impostor.words), not a folder")
            unlink(state + "/backups")
        }
        #expect(try start().stop().exit == 0)
    }

    @Test(arguments: ["", "abc\n", String(repeating: "ab", count: 16), String(repeating: "ab", count: 31)])
    func aPepperThatAFirstStartDidNotFinishIsMadeAnew(content: String) throws {
        mkdir(state, 0o700)
        try folder.write(content, to: "state/pepper")
        chmod(state + "/pepper", 0o600)
        try folder.write(content, to: "state/pepper.new")
        let secret = try makeState()
        #expect(try String(contentsOfFile: state + "/pepper", encoding: .utf8).count == 65)
        #expect(access(state + "/pepper.new", F_OK) != 0)
        let daemon = try start()
        let line = #"{"jsonrpc":"2.0","id":1,"method":"keys.verify","params":{"key":"\#(secret)"}}"#
        #expect(try JSON(LineClient(daemon.verifySocket).exchange(line))["result"]["valid"].bool == true)
        #expect(daemon.stop().exit == 0)
        // With a key it is not.
        try folder.write(content, to: "state/pepper")
        try expectFault(78, "Restore it from your backup")
    }

    /// If any part of a start gets no descriptor, a later start may succeed: never 78, and never a crash.
    @Test func tooFewDescriptorsAreAFaultThatMayPass() throws {
        try makeState()
        for limit in [6, 10, 20, 40, 60] {
            let command = "ulimit -n \(limit); exec \(DaemonProcess.executable) --run-dir \(folder.path)"
            let end = try ChildProcess("/bin/sh", ["-c", command + " --state-dir \(state)"]).wait()
            #expect(end.exit == 71 && end.output.contains("LimitNOFILE="), "\(limit): \(end.output)")
        }
        #expect(try start().stop().exit == 0)
    }

    @Test func aSecondDaemonIsRefusedAlsoWhenTheLockWasRemoved() throws {
        let first = try start()
        unlink(state + "/lock")
        mkdir(folder.file("other"), 0o700)
        try expectFault(75, "Process \(first.pid) has the database in \(state) open", run: folder.file("other"))
    }
}
