import Foundation
import KeywardTesting

/// A daemon that can be stopped and started again, and keys made in it.
final class RunningDaemon {
    private let folder: ScratchFolder
    private var process: DaemonProcess

    static func product(_ name: String) -> String { DaemonProcess.products + "/" + name }

    init() throws {
        folder = try ScratchFolder()
        process = try DaemonProcess(runFolder: folder.file("run"), stateFolder: folder.file("state"))
    }

    deinit {
        stop()
    }

    /// The variables by which clients find it.
    var environment: [String: String] {
        var variables = ProcessInfo.processInfo.environment
        variables["KEYWARD_SOCKET"] = process.adminSocket
        variables["KEYWARD_VERIFY_SOCKET"] = process.verifySocket
        return variables
    }

    func start() throws {
        process = try DaemonProcess(runFolder: process.runFolder, stateFolder: process.stateFolder)
    }

    func stop() {
        process.stop()
    }

    /// Creates a key and returns its secret.
    func makeKey(_ name: String, _ options: [String] = []) throws -> String {
        try Command.run([Self.product("keyward"), "create", name] + options, environment).output
    }
}

/// A process that is run to its end.
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
        let (given, told) = (Pipe(), Pipe())
        process.standardInput = given
        process.standardOutput = told
        process.standardError = FileHandle.nullDevice
        try process.run()
        try given.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try given.fileHandleForWriting.close()
        let data = try told.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        var text = String(decoding: data, as: UTF8.self)
        if text.last == "\n" { text.removeLast() }
        return Command(status: process.terminationStatus, output: text)
    }

    /// Whether there is a program of that name.
    static func exists(_ program: String) -> Bool {
        let found = try? run(["sh", "-c", #"command -v "$0""#, program], ProcessInfo.processInfo.environment)
        return found?.status == 0
    }
}
