import Foundation
import KeywardTesting
import Testing

/// A running daemon with a folder that a test can inspect, and ways to call it.
final class TestDaemon {
    let folder: ScratchFolder
    private(set) var process: DaemonProcess
    private(set) var admin: LineClient
    private var verifier: LineClient
    private let configuration: String?
    private(set) var pastLogs = ""
    private var lastID = 0

    /// Starts a daemon; `configuration` is YAML.
    init(configuration: String? = nil) throws {
        folder = try ScratchFolder()
        if let configuration { try folder.write(configuration, to: "keyward.yaml") }
        self.configuration = configuration == nil ? nil : folder.file("keyward.yaml")
        process = try Self.start(folder, self.configuration)
        admin = try LineClient(process.adminSocket)
        verifier = try LineClient(process.verifySocket)
    }

    private static func start(_ folder: ScratchFolder, _ configuration: String?) throws -> DaemonProcess {
        try DaemonProcess(
            runFolder: folder.path, stateFolder: folder.file("state"), configuration: configuration)
    }

    var state: String { folder.file("state") }
    var log: String { pastLogs + process.log }

    /// Starts it again on the same state; it must have ended.
    func startAgain() throws {
        pastLogs += process.log
        process = try Self.start(folder, configuration)
        admin = try LineClient(process.adminSocket)
        verifier = try LineClient(process.verifySocket)
    }

    /// Stops it in order, and starts it again.
    func restart() throws {
        #expect(process.stop().exit == 0)
        try startAgain()
    }

    /// Kills it, and starts it again.
    func crash() throws {
        process.kill()
        try startAgain()
    }

    /// Calls a method and returns the whole reply.
    func call(_ method: String, _ params: String = "{}", onVerify: Bool = false) throws -> JSON {
        lastID += 1
        let line = #"{"jsonrpc":"2.0","id":\#(lastID),"method":"\#(method)","params":\#(params)}"#
        let reply = try JSON((onVerify ? verifier : admin).exchange(line))
        #expect(reply["id"].int == lastID && reply["jsonrpc"].string == "2.0")
        return reply
    }

    /// Calls a method that must succeed and returns its result.
    @discardableResult func done(
        _ method: String, _ params: String = "{}", onVerify: Bool = false, at place: SourceLocation = #_sourceLocation
    ) throws -> JSON {
        let reply = try call(method, params, onVerify: onVerify)
        try #require(reply["error"].isNull, "\(method): \(reply["error"])", sourceLocation: place)
        return reply["result"]
    }

    /// Calls a method that must be refused. Returns its `error`, whose number must match its symbolic code.
    @discardableResult func refused(
        _ method: String, _ params: String = "{}", onVerify: Bool = false, at place: SourceLocation = #_sourceLocation
    ) throws -> JSON {
        let error = try call(method, params, onVerify: onVerify)["error"]
        let code = try #require(error["data"]["code"].string, "\(method) was not refused", sourceLocation: place)
        #expect(errorNumbers[code] == error["code"].int, sourceLocation: place)
        #expect(error["message"].string?.isEmpty == false, sourceLocation: place)
        return error
    }

    /// The symbolic code of a refusal.
    func refusal(
        _ method: String, _ params: String = "{}", onVerify: Bool = false, at place: SourceLocation = #_sourceLocation
    ) throws -> String? {
        try refused(method, params, onVerify: onVerify, at: place)["data"]["code"].string
    }

    /// Creates a key. Returns its secret and the key.
    func create(_ name: String, _ more: String = "") throws -> (secret: String, key: JSON) {
        let result = try done("keys.create", #"{"name":"\#(name)"\#(more.isEmpty ? "" : "," + more)}"#)
        return (try #require(result["secret"].string), result["key"])
    }

    /// A service's verification of a secret.
    @discardableResult func verify(_ secret: String, _ more: String = "") throws -> JSON {
        try done("keys.verify", #"{"key":"\#(secret)"\#(more.isEmpty ? "" : "," + more)}"#, onVerify: true)
    }

    /// The verification's `code`.
    func verdict(_ secret: String, _ more: String = "") throws -> String? { try verify(secret, more)["code"].string }

    /// A key's status from `keys.get`.
    func status(_ key: String) throws -> String? { try done("keys.get", #"{"key":"\#(key)"}"#)["key"]["status"].string }

    /// Runs the command.
    func keyward(_ arguments: String..., input: String = "") throws -> ChildEnd {
        try keyward(arguments, input: input)
    }

    func keyward(_ arguments: [String], input: String = "") throws -> ChildEnd {
        try Command.run(arguments, in: process.runFolder, input: input)
    }
}

/// An independent copy of the protocol's table of errors.
let errorNumbers = [
    "parseError": -32700, "invalidRequest": -32600, "lineTooLong": -32600, "batchTooLarge": -32600,
    "methodNotFound": -32601, "invalidParams": -32602, "internalError": -32603, "permissionDenied": -32001,
    "notFound": -32002, "upgradeRequired": -32003, "conflict": -32004, "confirmationRequired": -32005,
    "limitExceeded": -32006, "invalidState": -32007, "readOnly": -32008, "policyViolation": -32009,
    "shuttingDown": -32010,
]

/// The companion client's binary.
enum Command {
    static var path: String { DaemonProcess.products + "/keyward" }

    /// Runs it against the sockets in `folder`.
    static func run(_ arguments: [String], in folder: String, input: String = "") throws -> ChildEnd {
        try ChildProcess(
            path, arguments, environment: environment(folder), input: Array(input.utf8), splitErrors: true
        ).wait()
    }

    static func environment(_ folder: String) -> [String] {
        ["KEYWARD_SOCKET=\(folder)/keyward.sock", "KEYWARD_VERIFY_SOCKET=\(folder)/verify.sock", "TZ=UTC"]
    }
}
