package import Glibc

/// A keywardd of the build under test, with both sockets and its state in a separate folder.
package final class DaemonProcess {
    /// A started daemon that does not answer.
    package struct DidNotStart: Error, CustomStringConvertible {
        package var end: ChildEnd
        package var description: String { "keywardd ended with \(end.exit ?? -1): \(end.output)" }
    }

    package let runFolder: String
    package let stateFolder: String
    private let process: ChildProcess

    /// The folder of the build's products.
    package static let products: String = {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = buffer.withUnsafeMutableBytes { readlink("/proc/self/exe", $0.baseAddress!, $0.count) }
        let path = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
        let folders = [path, CommandLine.arguments[0]].map { String($0[..<($0.lastIndex(of: "/") ?? $0.startIndex)]) }
        return folders.first { access($0 + "/keywardd", X_OK) == 0 } ?? folders[0]
    }()

    package static var executable: String { products + "/keywardd" }

    /// Starts it and waits until it reports that it is ready.
    package init(
        runFolder: String, stateFolder: String, configuration: String? = nil, more: [String] = [],
        environment: [String] = []
    ) throws {
        self.runFolder = runFolder
        self.stateFolder = stateFolder
        let ready = try Inheritance.pipe()
        defer { close(ready.reading) }
        var arguments = ["--run-dir", runFolder, "--state-dir", stateFolder, "--ready-fd", "3"] + more
        if let configuration { arguments += ["--config", configuration] }
        do {
            defer { close(ready.writing) }
            process = try ChildProcess(
                Self.executable, arguments, environment: environment, handed: ready.writing)
        }
        guard Self.isReady(ready.reading) else {
            throw DidNotStart(end: process.end(by: SIGCONT))
        }
    }

    package var pid: pid_t { process.pid }
    package var adminSocket: String { runFolder + "/keyward.sock" }
    package var verifySocket: String { runFolder + "/verify.sock" }
    /// Its output on stdout and stderr.
    package var log: String { process.text }

    /// Waits until its log contains `words`.
    package func waitForLog(_ words: String) -> Bool { process.waitForText(words) }

    /// Ends it as a service manager would.
    @discardableResult package func stop() -> ChildEnd { process.end(by: SIGTERM) }

    /// Ends it as a power cut would, as far as one process is concerned.
    @discardableResult package func kill() -> ChildEnd { process.end(by: SIGKILL) }

    package func signal(_ number: Int32) { process.signal(number) }

    /// A line feed means ready; the end of the pipe without one means that it has ended.
    private static func isReady(_ descriptor: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, 30_000) > 0 else { return false }
        var byte: UInt8 = 0
        return read(descriptor, &byte, 1) == 1
    }
}
