import Foundation

/// A daemon of this build, with its own folders under /tmp.
final class RunningDaemon {
    let folder: URL
    private var process = Process()

    static let products = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()

    init() throws {
        var template = Array("/tmp/kwx.XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw CocoaError(.fileWriteUnknown) }
        folder = URL(filePath: String(cString: made))
        try start()
    }

    deinit {
        stop()
        try? FileManager.default.removeItem(at: folder)
    }

    /// The environment variables for clients.
    var environment: [String: String] {
        var variables = ProcessInfo.processInfo.environment
        variables["KEYWARD_SOCKET"] = folder.appending(path: "run/keyward.sock").path
        variables["KEYWARD_VERIFY_SOCKET"] = folder.appending(path: "run/verify.sock").path
        return variables
    }

    /// Starts the daemon, and waits until it is ready.
    func start() throws {
        process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = [
            "-c", #"exec "$0" --run-dir "$1/run" --state-dir "$1/state" --ready-fd 3 3>&1 >"$1/log" 2>&1"#,
            Self.products.appending(path: "keywardd").path, folder.path,
        ]
        let ready = Pipe()
        process.standardOutput = ready
        try process.run()
        guard try ready.fileHandleForReading.read(upToCount: 1) == Data("\n".utf8) else {
            throw CocoaError(.executableNotLoadable)
        }
    }

    func stop() {
        guard process.isRunning else { return }
        process.terminate()
        process.waitUntilExit()
    }

    /// Creates a key and returns its secret.
    func makeKey(_ name: String, _ options: [String] = []) throws -> String {
        let keyward = Self.products.appending(path: "keyward").path
        return try Command.run([keyward, "create", name] + options, environment).output
    }
}

/// A process that has run to its end.
struct Command {
    var status: Int32
    /// Without its last line feed.
    var output: String

    static func run(
        _ words: [String], _ environment: [String: String], input: String = ""
    ) throws -> Command {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = words
        process.environment = environment
        let (given, sweepMarks) = (Pipe(), Pipe())
        process.standardInput = given
        process.standardOutput = sweepMarks
        process.standardError = FileHandle.nullDevice
        try process.run()
        try given.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try given.fileHandleForWriting.close()
        let data = try sweepMarks.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        var text = String(decoding: data, as: UTF8.self)
        if text.last == "\n" { text.removeLast() }
        return Command(status: process.terminationStatus, output: text)
    }

    /// Whether there is a program with this name.
    static func exists(_ program: String) -> Bool {
        let found = try? run(["sh", "-c", #"command -v "$0""#, program], ProcessInfo.processInfo.environment)
        return found?.status == 0
    }
}
