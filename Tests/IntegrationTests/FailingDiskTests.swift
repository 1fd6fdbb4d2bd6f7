import Foundation
import KeywardTesting
import Testing

/// A disk that fails while the write-ahead log is checkpointed. SQLite does not report this by itself, and a power cut
/// would then lose acknowledged changes.
@Suite(.enabled(if: FailingDisk.canBeMade, "needs the command cc"))
struct FailingDiskTests {
    private let disk: FailingDisk

    init() throws {
        disk = try FailingDisk()
    }

    @Test func anErrorWhileItEndsIsAnErrorOfTheDaemon() throws {
        let daemon = try disk.start()
        _ = try disk.create("staging-api")
        try disk.fail("keyward.db")
        let end = daemon.end(by: SIGTERM)
        #expect(end.exit == 71 && end.output.contains("could not be closed"), "\(end.output)")
        #expect(!end.output.contains("Stopped."))
    }

    @Test func anErrorWhileItStartsIsAFaultThatMayPassAndLosesNothing() throws {
        let daemon = try disk.start()
        let secret = try disk.create("staging-api")
        _ = daemon.end(by: SIGKILL)
        try disk.fail("keyward.db")
        for _ in 0..<2 {
            let end = try disk.spawn().wait()
            #expect(end.exit == 71 && end.output.contains("disk I/O error"), "\(end.output)")
        }
        try disk.fail("")
        let again = try disk.start()
        #expect(try disk.isValid(secret))
        #expect(again.end(by: SIGTERM).exit == 0)
    }

    @Test(arguments: ["keyward.db", "keyward.db-wal"])
    func anErrorWhileItRunsEndsItBeforeMoreIsAcknowledged(file: String) throws {
        let daemon = try disk.start()
        let secret = try disk.create("staging-api")
        try disk.fail(file)
        var acknowledged: [String] = []
        for index in 0..<2_000 {
            guard let secret = try? disk.create("key-\(index)") else { break }
            acknowledged.append(secret)
        }
        #expect(acknowledged.count < 2_000)
        #expect(daemon.wait().exit == 71)
        try disk.fail("")
        let again = try disk.start()
        for secret in [secret] + acknowledged { #expect(try disk.isValid(secret)) }
        #expect(again.end(by: SIGTERM).exit == 0)
    }
}

/// A daemon on a disk that a test breaks and repairs (Tests/DiskShim).
final class FailingDisk {
    private let folder: ScratchFolder
    private let shim: String
    private var admin: LineClient?

    static let canBeMade = access("/usr/bin/cc", X_OK) == 0

    init() throws {
        folder = try ScratchFolder()
        let source = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "DiskShim/disk.c").path
        shim = folder.file("disk.so")
        let made = try ChildProcess(
            "/usr/bin/cc", ["-shared", "-fPIC", "-O1", "-o", shim, source], environment: ["PATH=/usr/bin:/bin"]
        ).wait()
        try #require(made.exit == 0, "\(made.output)")
        try fail("")
    }

    /// From now on files with this suffix cannot be synchronized; with an empty suffix all can.
    func fail(_ ending: String) throws {
        try folder.write(ending, to: "disk")
    }

    func spawn() throws -> ChildProcess {
        try ChildProcess(
            DaemonProcess.executable, ["--run-dir", folder.path, "--state-dir", folder.file("state")],
            environment: ["LD_PRELOAD=\(shim)", "KEYWARD_TEST_DISK=\(folder.file("disk"))"])
    }

    func start() throws -> ChildProcess {
        let process = try spawn()
        try #require(process.waitForText("is ready"), "\(process.text)")
        admin = try LineClient(folder.file("keyward.sock"))
        return process
    }

    /// Creates a key and returns its secret. Throws if the creation was not acknowledged.
    func create(_ name: String) throws -> String {
        let line = #"{"jsonrpc":"2.0","id":1,"method":"keys.create","params":{"name":"\#(name)"}}"#
        guard let secret = try JSON(#require(admin).exchange(line))["result"]["secret"].string else {
            throw SystemFailure("not acknowledged")
        }
        return secret
    }

    func isValid(_ secret: String) throws -> Bool {
        let line = #"{"jsonrpc":"2.0","id":1,"method":"keys.verify","params":{"key":"\#(secret)"}}"#
        return try JSON(#require(admin).exchange(line))["result"]["valid"].bool == true
    }
}
