import Foundation
import KeywardTesting
import Testing

/// The real daemon, restarted repeatedly with a wall clock that the test sets (Tests/ClockShim).
final class ShiftedDaemon {
    let folder: ScratchFolder
    private let shim: String
    private var process: DaemonProcess?
    private var admin: LineClient?
    private var verifier: LineClient?
    private var configuration: String?

    init() throws {
        folder = try ScratchFolder()
        shim = folder.file("clock.so")
        let source = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "ClockShim/clock.c")
        let built = try ChildProcess(
            "/usr/bin/env", ["cc", "-shared", "-fPIC", "-o", shim, source.path],
            environment: ["PATH=\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")"]
        ).wait()
        try #require(built.exit == 0, "\(built.output)")
        try shift(by: 0)
    }

    /// The seconds from the real time to `date`, an RFC 3339 date.
    static func seconds(to date: String) throws -> Int64 {
        Int64(try Date(date, strategy: .iso8601).timeIntervalSinceNow)
    }

    /// Sets the wall clock, also of a running daemon.
    func shift(by seconds: Int64) throws {
        let path = folder.file("clock")
        let bytes = withUnsafeBytes(of: seconds.littleEndian) { Data($0) }
        guard let file = FileHandle(forUpdatingAtPath: path) else { return try bytes.write(to: URL(filePath: path)) }
        try file.write(contentsOf: bytes)
        try file.close()
    }

    /// Writes the configuration, for the next start or reload.
    func configure(_ yaml: String) throws {
        try folder.write(yaml, to: "keyward.yaml")
        configuration = folder.file("keyward.yaml")
    }

    /// Starts the daemon with a wall clock that is off by this many seconds, in another boot of the host if `boot` is
    /// given.
    func start(at seconds: Int64, boot: String? = nil) throws {
        try shift(by: seconds)
        let process = try DaemonProcess(
            runFolder: folder.path, stateFolder: folder.file("state"), configuration: configuration,
            environment: ["LD_PRELOAD=\(shim)", "KEYWARD_TEST_CLOCK=\(folder.file("clock"))"]
                + (boot.map { ["KEYWARD_BOOT_ID=\($0)"] } ?? []))
        self.process = process
        admin = try LineClient(process.adminSocket)
        verifier = try LineClient(process.verifySocket)
    }

    func stop() throws {
        #expect(try #require(process).stop().exit == 0)
        process = nil
    }

    /// The result of a call that must succeed.
    @discardableResult
    func done(
        _ method: String, _ params: String = "{}", onVerify: Bool = false, at place: SourceLocation = #_sourceLocation
    ) throws -> JSON {
        let client = try #require(onVerify ? verifier : admin)
        let line = #"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":\#(params)}"#
        let reply = try JSON(client.exchange(line))
        try #require(reply["error"].isNull, "\(method): \(reply["error"])", sourceLocation: place)
        return reply["result"]
    }

    /// Creates a key that expires this many seconds after the real time. Returns its secret.
    func create(_ name: String, expiresIn seconds: Int64? = nil) throws -> String {
        let end = seconds.map { #","expiresAt":"\#(Instant.inMilliseconds($0 * 1_000))""# } ?? ""
        return try #require(try done("keys.create", #"{"name":"\#(name)"\#(end)}"#)["secret"].string)
    }

    func verdict(_ secret: String) throws -> String? {
        try done("keys.verify", #"{"key":"\#(secret)"}"#, onVerify: true)["code"].string
    }

    func sweepAll() throws -> [JSON] {
        try ["expiry", "stale", "retention"].map { try done("sweeps.run", #"{"sweep":"\#($0)"}"#)["report"] }
    }

    /// The codes of the notices.
    func notices() throws -> [String] { try done("system.ping")["notices"].elements.compactMap { $0["code"].string } }

    /// The number of audit entries with this action.
    func entries(_ action: String) throws -> Int {
        try done("audit.list", #"{"limit":500}"#)["entries"].elements.count { $0["action"].string == action }
    }

    func keyward(_ arguments: String...) throws -> ChildEnd { try Command.run(arguments, in: folder.path) }
}
