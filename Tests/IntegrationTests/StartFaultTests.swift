import Foundation
import KeywardTesting
import Testing

/// Faults that prevent a start: each with its exit status and one line with the remedy.
struct StartFaultTests: StartTesting {
    let folder: ScratchFolder
    let state: String

    init() throws {
        folder = try ScratchFolder()
        state = folder.file("state")
    }

    @Test func aConfigurationErrorIsToldByLineAndColumn() throws {
        let file = folder.file("keyward.yaml")
        try folder.write("limits:\n  admin:\n    idleSecond: 7\n", to: "keyward.yaml")
        try expectFault(78, file + ":3:5:", "idleSecond", "did you mean 'idleSeconds'", configuration: file)
        try folder.write("\noperatorGroup: [a]\n", to: "keyward.yaml")
        try expectFault(78, file + ":2:16:", "operatorGroup", configuration: file)
        try folder.write("sweeps: {staleAfterDays: soon}\n", to: "keyward.yaml")
        try expectFault(78, file + ":1:", "whole number from 1", configuration: file)
        try folder.write("plans: [\n", to: "keyward.yaml")
        try expectFault(78, file + ":", "YAML", configuration: file)
        try expectFault(78, "No such file", configuration: folder.file("none.yaml"))
        #expect(access(state, F_OK) != 0)
    }

    @Test func aWrongCommandLineIsAnErrorOfUsage() throws {
        try expectFault(64, "--nonsense", "--help", more: ["--nonsense"])
        try expectFault(64, "--state-dir is given twice", more: ["--state-dir", state])
    }

    @Test func aStateFolderMustBeAPrivateFolder() throws {
        try folder.write("", to: "state")
        try expectFault(78, "is not a folder", "--state-dir")
        unlink(state)
        mkdir(state, 0o755)
        chmod(state, 0o755)
        try expectFault(78, "mode 755", "chmod 700 \(state)")
        try expectFault(78, "mkdir -p \(folder.file("none"))", state: folder.file("none/state"))
        rmdir(state)
        try makeState(withKey: false)
    }

    @Test(.enabled(if: geteuid() == 0, "needs root, to give a folder away"))
    func aStateFolderOfAnotherUserIsRefused() throws {
        mkdir(state, 0o700)
        chown(state, 4711, 4711)
        try expectFault(78, "belongs to uid 4711", "chown -R \(geteuid()) \(state)")
    }

    @Test(.enabled(if: Mount.isAllowed, "needs root, to mount a file system"))
    func aStateFolderThatCannotBeWrittenIsRefused() throws {
        mkdir(state, 0o700)
        let mount = try Mount(at: state, options: "ro,mode=700")
        try expectFault(78, "cannot be written", "Mount it writable")
        withExtendedLifetime(mount) {}
    }

    @Test func aSecondDaemonOnTheSameStateIsRefusedAndTellsWhoHasIt() throws {
        let first = try DaemonProcess(runFolder: folder.path, stateFolder: state)
        mkdir(folder.file("other"), 0o700)
        try expectFault(75, "pid \(first.pid)", "Stop it first", run: folder.file("other"))
        try expectFault(75, "keyward.sock", "Stop it first", state: folder.file("state2"))
        let line = #"{"jsonrpc":"2.0","id":1,"method":"system.ping"}"#
        #expect(try LineClient(first.adminSocket).exchange(line).contains("ready"))
        #expect(try LineClient(first.verifySocket).exchange(line).contains("ready"))
    }

    @Test func deadSocketsAreReplacedAndAnythingElseIsLeftAlone() throws {
        let first = try DaemonProcess(runFolder: folder.path, stateFolder: state)
        first.kill()
        #expect(access(first.adminSocket, F_OK) == 0 && access(first.verifySocket, F_OK) == 0)
        #expect(try DaemonProcess(runFolder: folder.path, stateFolder: state).stop().exit == 0)
        #expect(access(first.adminSocket, F_OK) != 0 && access(first.verifySocket, F_OK) != 0)
        try folder.write("mine", to: "verify.sock")
        try expectFault(78, "verify.sock")
        #expect(try String(contentsOfFile: folder.file("verify.sock"), encoding: .utf8) == "mine")
    }

    @Test func aSocketPathLongerThanTheKernelTakesIsToldOf() throws {
        let long = folder.file(String(repeating: "d", count: 90))
        mkdir(long, 0o700)
        try expectFault(78, "107", "shorter", "--run-dir", run: long)
    }

    @Test func aNewerOrAForeignOrADamagedDatabaseIsRefusedUntouched() throws {
        try makeState()
        let database = state + "/keyward.db"
        let whole = try Data(contentsOf: URL(fileURLWithPath: database))
        // The file's user_version (sqlite.org/fileformat.html, offset 60).
        try patch("keyward.db", at: 60, [0, 0, 0x7F, 0xFF])
        try expectFault(78, "32767", "install the version")
        try whole.write(to: URL(fileURLWithPath: database))
        // Its application_id.
        try patch("keyward.db", at: 68, [1, 2, 3, 4])
        try expectFault(78, "another program")
        try whole.write(to: URL(fileURLWithPath: database))
        try patch("keyward.db", at: 0, Array("This is no database".utf8))
        try expectFault(78, "not a database", "restore")
        try whole.write(to: URL(fileURLWithPath: database))
        try patch("keyward.db", at: 4_096, [UInt8](repeating: 0xAA, count: whole.count - 4_096))
        try expectFault(78, "damaged", "restore")
        try whole.write(to: URL(fileURLWithPath: database))
        #expect(try DaemonProcess(runFolder: folder.path, stateFolder: state).stop().exit == 0)
    }

    @Test(.enabled(if: Database.canBeEdited, "needs the command sqlite3"))
    func aKeyThatCannotBeReadIsToldOfWithTheRemedy() throws {
        try makeState()
        try Database.run("PRAGMA ignore_check_constraints = ON; UPDATE keys SET digest = x'00'", in: state)
        try expectFault(78, "The database is damaged (", "restore the latest backup")
    }

    @Test func aPepperThatIsMissingWrongOrOpenToOthersIsToldOfWithItsRemedy() throws {
        let secret = try makeState()
        let pepper = try String(contentsOfFile: state + "/pepper", encoding: .utf8)
        unlink(state + "/pepper")
        try expectFault(78, "pepper is missing", "Restore \(state)/pepper")
        try folder.write(String(repeating: "ab", count: 32) + "\n", to: "state/pepper")
        try expectFault(78, "not the pepper", "Restore the right one")
        try folder.write("short\n", to: "state/pepper")
        try expectFault(78, "hexadecimal", "Restore")
        try folder.write(pepper, to: "state/pepper")
        chmod(state + "/pepper", 0o644)
        try expectFault(78, "mode 644", "chmod 600 \(state)/pepper")
        chmod(state + "/pepper", 0o600)
        // A new pepper for new keys, with the old one below it.
        try folder.write(String(repeating: "cd", count: 32) + "\n" + pepper, to: "state/pepper")
        let daemon = try DaemonProcess(runFolder: folder.path, stateFolder: state)
        let line = #"{"jsonrpc":"2.0","id":1,"method":"keys.verify","params":{"key":"\#(secret)"}}"#
        #expect(try JSON(LineClient(daemon.verifySocket).exchange(line))["result"]["valid"].bool == true)
        let check = #"{"jsonrpc":"2.0","id":1,"method":"audit.check"}"#
        #expect(try JSON(LineClient(daemon.adminSocket).exchange(check))["result"]["ok"].bool == true)
    }

    @Test func aSignalThatComesAtOnceIsObeyedAndOneWhileItStartsWaits() throws {
        for _ in 0..<10 {
            #expect(try DaemonProcess(runFolder: folder.path, stateFolder: state).stop().exit == 0)
        }
        let arguments = ["--run-dir", folder.path, "--state-dir", state]
        let process = try ChildProcess(DaemonProcess.executable, arguments)
        // The lock file has the process id while the daemon is still starting, and the signals are blocked by then.
        var isStarting = false
        for _ in 0..<10_000_000 where !isStarting {
            isStarting = (try? String(contentsOfFile: state + "/lock", encoding: .utf8)) == "\(process.pid)\n"
        }
        #expect(isStarting)
        let end = process.end(by: SIGTERM)
        #expect(end.exit == 0 && end.output.contains("Stopped."))
    }

    @Test func aReaderOfItsReadyDescriptorThatHasGoneAwayIsNoFault() throws {
        var ends: [Int32] = [-1, -1]
        #expect(pipe(&ends) == 0)
        close(ends[0])
        let arguments = ["--run-dir", folder.path, "--state-dir", state, "--ready-fd", "3"]
        let process = try ChildProcess(DaemonProcess.executable, arguments, handed: ends[1])
        close(ends[1])
        #expect(process.waitForText("is ready"))
        let line = #"{"jsonrpc":"2.0","id":1,"method":"system.ping"}"#
        #expect(try LineClient(folder.file("keyward.sock")).exchange(line).contains("ready"))
        #expect(process.end(by: SIGTERM).exit == 0)
    }

    @Test func aPlanInUseThatVanishedFromTheCatalogueIsRefused() throws {
        try makeState()
        try folder.write("plans: {gold: {apiAccess: true}}\ndefaultPlan: gold\n", to: "keyward.yaml")
        try expectFault(78, "standard", "Put them back", configuration: folder.file("keyward.yaml"))
    }

    @Test func aReloadTakesAGoodConfigurationAndKeepsTheOldOneInsteadOfABadOne() throws {
        let daemon = try TestDaemon(configuration: "plans: {standard: {apiAccess: true}, free: {apiAccess: false}}\n")
        try daemon.folder.write("plans: {gold: {apiAccess: true}}\ndefaultPlan: gold\n", to: "keyward.yaml")
        daemon.process.signal(SIGHUP)
        #expect(daemon.process.waitForLog("Workspaces have plans that the catalogue lacks: standard"))
        _ = try daemon.create("staging-api")
        #expect(try daemon.refusal("workspaces.create", #"{"name":"a","plan":"gold"}"#) == "notFound")
        try daemon.folder.write("plans: {standard: {apiAccess: maybe}}\n", to: "keyward.yaml")
        daemon.process.signal(SIGHUP)
        #expect(daemon.process.waitForLog("keyward.yaml:1:31: 'plans.standard.apiAccess' must be true or false"))
        try daemon.folder.write(
            "plans: {standard: {apiAccess: true, maxKeys: 1}, gold: {apiAccess: true}}\n", to: "keyward.yaml")
        daemon.process.signal(SIGHUP)
        #expect(daemon.process.waitForLog("read again: plans.free: none, was no API access; plans.gold"))
        #expect(try daemon.refusal("keys.create", #"{"name":"other"}"#) == "limitExceeded")
        try daemon.done("workspaces.create", #"{"name":"a","plan":"gold"}"#)
    }
}

/// A small in-memory file system, unmounted with this object.
final class Mount {
    private let path: String

    static let isAllowed: Bool = {
        guard geteuid() == 0, let folder = try? ScratchFolder() else { return false }
        return (try? Mount(at: folder.path, options: "size=64k")) != nil
    }()

    init(at path: String, options: String) throws {
        self.path = path
        let end = try ChildProcess("/bin/mount", ["-t", "tmpfs", "-o", options, "tmpfs", path]).wait()
        guard end.exit == 0 else { throw SystemFailure("mount: \(end.output)") }
    }

    deinit { _ = try? ChildProcess("/bin/umount", ["--lazy", path]).wait() }
}
