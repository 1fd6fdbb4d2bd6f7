import Foundation
import KeywardTesting
import Testing

/// A durable file is synchronized after its last byte, and its folder after the file has its name, before the change is
/// acknowledged. The test does not prescribe the calls in between.
@Suite(.enabled(if: FileTrace.canBeMade, "needs the command cc"))
struct SynchronizationTests {
    private let trace: FileTrace

    init() throws {
        trace = try FileTrace()
    }

    @Test func aBackupIsOnTheDiskBeforeItIsReported() throws {
        let daemon = try trace.start()
        let admin = try LineClient(daemon.adminSocket)
        for name in ["a", "b"] { try trace.call(admin, "keys.create", #"{"name":"\#(name)"}"#) }
        for name in ["one", "two"] {
            let path = try #require(try trace.call(admin, "system.backup", #"{"name":"\#(name)"}"#)["file"].string)
            try trace.expectOnDisk(path)
        }
        #expect(daemon.stop().exit == 0)
    }

    @Test func thePepperIsOnTheDiskBeforeTheDaemonAnswers() throws {
        let daemon = try trace.start()
        try trace.expectOnDisk(daemon.stateFolder + "/pepper")
        #expect(daemon.stop().exit == 0)
    }

    @Test func aChangeIsOnTheDiskBeforeItIsAnswered() throws {
        let daemon = try trace.start()
        let admin = try LineClient(daemon.adminSocket)
        for name in ["a", "b", "c"] {
            let before = try trace.events().count
            try trace.call(admin, "keys.create", #"{"name":"\#(name)"}"#)
            let log = daemon.stateFolder + "/keyward.db-wal"
            let events = try trace.events().dropFirst(before)
            // The first: usage may be stored at any time after it.
            let written = try #require(events.firstIndex { $0.word == "write" && $0.path == log })
            #expect(events[written...].contains { $0.word == "sync" && $0.path == log })
        }
        #expect(daemon.stop().exit == 0)
    }

    @Test func aSecretInAFileIsOnTheDiskWhenTheCommandEnds() throws {
        let daemon = try trace.start()
        let file = trace.folder.file("secret")
        let end = try ChildProcess(
            Command.path, ["create", "a", "--out", file],
            environment: Command.environment(daemon.runFolder) + trace.environment, splitErrors: true
        ).wait()
        #expect(end.exit == 0, "\(end.errors)")
        try trace.expectOnDisk(file)
        #expect(daemon.stop().exit == 0)
    }
}

/// The file operations of processes, in order (Tests/TraceShim).
final class FileTrace {
    struct Event {
        var word: Substring
        var path: String
        /// The new name in a rename.
        var target: String
    }

    let folder: ScratchFolder
    private let shim: String

    static let canBeMade = access("/usr/bin/cc", X_OK) == 0

    init() throws {
        folder = try ScratchFolder()
        shim = folder.file("trace.so")
        let source = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "TraceShim/trace.c").path
        let made = try ChildProcess(
            "/usr/bin/cc", ["-shared", "-fPIC", "-O1", "-o", shim, source], environment: ["PATH=/usr/bin:/bin"]
        ).wait()
        try #require(made.exit == 0, "\(made.output)")
    }

    /// For a traced process.
    var environment: [String] { ["LD_PRELOAD=\(shim)", "KEYWARD_TEST_TRACE=\(folder.file("trace"))"] }

    func start() throws -> DaemonProcess {
        try DaemonProcess(runFolder: folder.path, stateFolder: folder.file("state"), environment: environment)
    }

    /// The result of a call that must succeed.
    @discardableResult func call(_ client: LineClient, _ method: String, _ params: String) throws -> JSON {
        let line = #"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":\#(params)}"#
        let reply = try JSON(client.exchange(line))
        try #require(reply["error"].isNull, "\(method): \(reply["error"])")
        return reply["result"]
    }

    func events() throws -> [Event] {
        try String(contentsOfFile: folder.file("trace"), encoding: .utf8).split(separator: "\n").map { line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            return Event(word: fields[0], path: String(fields[1]), target: String(fields[2]))
        }
    }

    /// Expects that the file at `path`, under all of its names, was written, then synchronized, then named `path`, and
    /// that its folder was synchronized after that.
    func expectOnDisk(_ path: String, at place: SourceLocation = #_sourceLocation) throws {
        let events = try events()
        let naming = events.lastIndex { $0.word == "rename" && $0.target == path }
        let names = [path] + (naming.map { [events[$0].path] } ?? [])
        let writes = events.indices.filter { events[$0].word == "write" && names.contains(events[$0].path) }
        let last = try #require(writes.last, "it was not written", sourceLocation: place)
        let synchronized = try #require(
            events.indices.last { events[$0].word == "sync" && names.contains(events[$0].path) },
            "it was not synchronized", sourceLocation: place)
        #expect(synchronized > last, "it was written after it was synchronized", sourceLocation: place)
        if let naming { #expect(naming > synchronized, "it was named too early", sourceLocation: place) }
        let folder = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        #expect(
            events[(naming ?? writes[0])...].contains { $0.word == "sync" && $0.path == folder },
            "its folder was not synchronized", sourceLocation: place)
    }
}
