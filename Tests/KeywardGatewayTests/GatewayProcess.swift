import Foundation
import Glibc
import KeywardTesting
import Testing

/// The program `keyward-gateway`, as a process on sockets in a folder of its own.
final class GatewayProcess {
    let process: ChildProcess
    let folder: ScratchFolder

    static let rules = """
        rules:
          - {path: /orders, methods: [GET, HEAD], scopes: ["orders:read"]}
          - path: /orders
            scopes: ["orders:write"]
          - path: /any

        """
    static let executable = DaemonProcess.products + "/keyward-gateway"

    /// Starts it and waits until it serves.
    init(_ site: String = "proxy: nginx\n" + rules, daemon socket: String, hasSocket: Bool = true) throws {
        folder = try ScratchFolder()
        try folder.write(site, to: "shop.yaml")
        let own = (hasSocket ? ["--socket", folder.file("s")] : []) + ["--reload-socket", folder.file("r")]
        process = try ChildProcess(
            Self.executable,
            ["--config", folder.file("shop.yaml"), "--verify-socket", socket, "--metrics-socket", folder.file("m")]
                + own)
        try #require(process.waitForText("Serving shop"), "\(process.text)")
    }

    var socket: String { folder.file("s") }

    /// Asks about one request on a connection of its own.
    func ask(_ path: String = "/any", _ method: String = "GET", key: String? = nil, _ more: String = "") throws -> Reply
    {
        try Reply(exchange(Self.request(path, method, key: key, more + "Connection: close\r\n")))
    }

    /// Replaces its file and reloads it. Returns how the command ended.
    func reload(_ site: String) throws -> ChildEnd {
        try folder.write(site, to: "shop.yaml")
        return try ChildProcess(Self.executable, ["shop", "--reload", "--reload-socket", folder.file("r")]).wait()
    }

    static func request(_ path: String = "/any", _ method: String = "GET", key: String? = nil, _ more: String = "")
        -> String
    {
        "GET / HTTP/1.1\r\nHost: gateway\r\nX-Original-Method: \(method)\r\nX-Original-URI: \(path)\r\n"
            + (key.map { "Authorization: Bearer \($0)\r\n" } ?? "") + more + "\r\n"
    }

    /// Sends bytes and reads to the end of the connection.
    func exchange(_ text: String) throws -> String {
        let client = try LineClient(socket)
        client.send(text)
        return try client.rest()
    }

    func metrics() throws -> String {
        let client = try LineClient(folder.file("m"))
        client.send("GET /metrics HTTP/1.1\r\nHost: m\r\n\r\n")
        return try client.rest()
    }
}

/// An answer of the gateway.
struct Reply {
    var status: Int
    var headers: [String: String] = [:]
    var body: String

    init(_ text: String) throws {
        let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
        let lines = parts[0].components(separatedBy: "\r\n")
        status = try #require(Int(lines[0].dropFirst("HTTP/1.1 ".count).prefix(3)), "no answer: \(text.prefix(80))")
        for line in lines.dropFirst() {
            let pair = line.components(separatedBy: ": ")
            headers[pair[0]] = pair.dropFirst().joined(separator: ": ")
        }
        body = parts.count > 1 ? String(parts[1]) : ""
    }

    /// The word for programs.
    var code: String? {
        body.components(separatedBy: "\"code\":\"").dropFirst().first.map { String($0.prefix { $0 != "\"" }) }
    }
    /// Where the gateway puts the status that nginx would not pass on.
    var realStatus: Int? { headers["X-Keyward-Status"].flatMap { Int($0) } }
}

extension LineClient {
    /// Everything until the end of the connection.
    func rest() throws -> String {
        var text = ""
        while let line = try line() { text += line + "\n" }
        return text
    }
}

/// A daemon with a key for orders.
final class KeyedDaemon {
    let folder: ScratchFolder
    private(set) var process: DaemonProcess
    let key: String

    init() throws {
        folder = try ScratchFolder()
        process = try DaemonProcess(runFolder: folder.path, stateFolder: folder.file("state"))
        key = try Self.create(process, "prod-shop", "--scope", "orders:read", "--owner", "Platform team")
    }

    func create(_ name: String, _ options: String...) throws -> String {
        try Self.keyward(process, ["create", name] + options)
    }

    func keyward(_ arguments: String...) throws {
        _ = try Self.keyward(process, arguments)
    }

    func restart() throws {
        process = try DaemonProcess(runFolder: folder.path, stateFolder: folder.file("state"))
    }

    private static func create(_ daemon: DaemonProcess, _ arguments: String...) throws -> String {
        try keyward(daemon, ["create"] + arguments)
    }

    private static func keyward(_ daemon: DaemonProcess, _ arguments: [String]) throws -> String {
        let end = try ChildProcess(
            DaemonProcess.products + "/keyward", arguments, environment: ["KEYWARD_SOCKET=\(daemon.adminSocket)"],
            splitErrors: true
        ).wait()
        try #require(end.exit == 0, "\(end.errors)")
        return end.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
