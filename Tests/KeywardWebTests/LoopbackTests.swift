import Glibc
import KeywardClient
import KeywardLoopback
import KeywardTesting
import Testing

@testable import KeywardWeb

/// A daemon and the folder of its files.
final class LoneDaemon {
    let folder: ScratchFolder
    let process: DaemonProcess

    init() throws {
        folder = try ScratchFolder()
        process = try DaemonProcess(runFolder: folder.path, stateFolder: folder.file("state"))
    }
}

/// The program `keyward-web`, as a process.
final class WebProcess {
    let process: ChildProcess
    /// The printed link.
    let link: String

    init(_ daemon: LoneDaemon, _ arguments: [String] = [], more environment: [String] = []) throws {
        process = try ChildProcess(
            DaemonProcess.products + "/keyward", ["web"] + arguments,
            environment: ["KEYWARD_SOCKET=\(daemon.process.adminSocket)", "TZ=UTC"] + environment)
        try #require(process.waitForText("without use."), "\(process.text)")
        link = String(process.text.split(separator: "\n").first { $0.hasPrefix("http://") } ?? "")
    }

    var authority: String { String(link.dropFirst("http://".count).prefix { $0 != "/" }) }
    var port: UInt16 { UInt16(authority.split(separator: ":").last ?? "") ?? 0 }
    var path: String { String(link.dropFirst("http://".count + authority.count)) }
    var token: String { String(path.split(separator: "=").last ?? "") }

    /// Sends bytes to the port, and reads to the end of the connection.
    func exchange(_ text: String, on address: LoopbackAddress = .four) throws -> String {
        let connection = try LoopbackConnection(port: port, on: address)
        connection.send(text)
        return connection.readToEnd()
    }

    /// A whole request.
    func get(_ path: String, on address: LoopbackAddress = .four) throws -> String {
        try exchange("GET \(path) HTTP/1.1\r\nHost: \(authority)\r\nConnection: close\r\n\r\n", on: address)
    }
}

enum LoopbackAddress: CaseIterable {
    case four, six
}

/// A TCP connection to this host.
final class LoopbackConnection {
    private let socket: Int32

    init(port: UInt16, on address: LoopbackAddress) throws {
        socket = Glibc.socket(address == .four ? AF_INET : AF_INET6, Int32(SOCK_STREAM.rawValue), 0)
        var result: Int32
        switch address {
        case .four:
            var four = sockaddr_in()
            four.sin_family = sa_family_t(AF_INET)
            (four.sin_port, four.sin_addr.s_addr) = (port.bigEndian, UInt32(0x7F00_0001).bigEndian)
            result = Self.connect(socket, &four)
        case .six:
            var six = sockaddr_in6()
            six.sin6_family = sa_family_t(AF_INET6)
            (six.sin6_port, six.sin6_addr) = (port.bigEndian, in6addr_loopback)
            result = Self.connect(socket, &six)
        }
        if result != 0 { throw SystemFailure("connect") }
    }

    deinit { close(socket) }

    func send(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            rest.removeFirst(count)
        }
    }

    /// Its own port.
    var localPort: UInt16 {
        var address = sockaddr_in6()
        var size = socklen_t(MemoryLayout<sockaddr_in6>.size)
        _ = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &size) }
        }
        return UInt16(bigEndian: address.sin6_port)
    }

    /// Ends the direction to the server, so that the connection is no longer established.
    func endSending() {
        shutdown(socket, Int32(SHUT_WR))
    }

    func readToEnd() -> String {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while case let count = recv(socket, &chunk, chunk.count, 0), count > 0 { bytes += chunk[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func connect<Address>(_ socket: Int32, _ address: inout Address) -> Int32 {
        let size = socklen_t(MemoryLayout<Address>.size)
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.connect(socket, $0, size) }
        }
    }
}

struct LoopbackTests {
    @Test func onePortIsBoundOnBothAddressesBeforeTheLinkIsPrinted() throws {
        let daemon = try LoneDaemon()
        let web = try WebProcess(daemon)
        for address in LoopbackAddress.allCases {
            let answer = try web.get(web.path, on: address)
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n") && answer.contains("Open API access"))
        }
        #expect(web.authority.hasPrefix("kw-") && web.authority.contains(".localhost:"))
        #expect(try WebProcess(daemon).authority != web.authority)
    }

    @Test(arguments: LoopbackAddress.allCases)
    func aPortThatIsTakenOnOneAddressIsNotUsed(address: LoopbackAddress) throws {
        let taken = try LoopbackSockets.bind(port: nil)
        // Keeps one of the two.
        close(taken.descriptors[address == .six ? 1 : 0])
        defer { close(taken.descriptors[address == .six ? 0 : 1]) }
        #expect(throws: (any Error).self) { try LoopbackSockets.bind(port: taken.port) }
        let daemon = try LoneDaemon()
        let process = try ChildProcess(
            DaemonProcess.products + "/keyward-web", ["--port=\(taken.port)"],
            environment: ["KEYWARD_SOCKET=\(daemon.process.adminSocket)"])
        let end = process.wait()
        #expect(end.exit == 1 && end.output.contains("Port \(taken.port) is in use on [::1] or 127.0.0.1"))
        #expect(!end.output.contains("http://"))
    }

    @Test func aChosenPortIsFreeAgainAfterTheScreenHasEnded() throws {
        let daemon = try LoneDaemon()
        let first = try WebProcess(daemon)
        _ = try first.get(first.path)
        let port = first.port
        _ = first.process.end(by: SIGTERM)
        #expect(try WebProcess(daemon, ["--port=\(port)"]).port == port)
    }

    @Test(.enabled(if: getuid() == 0), arguments: LoopbackAddress.allCases)
    func anotherAccountIsDisconnectedWithoutAByteAndEndsNothing(address: LoopbackAddress) throws {
        let daemon = try LoneDaemon()
        let web = try WebProcess(daemon)
        let host = address == .four ? "127.0.0.1" : "::1"
        let request = "GET \(web.path) HTTP/1.1\\r\\nHost: \(web.authority)\\r\\n\\r\\n"
        let script = """
            trap '' PIPE
            exec 3<>/dev/tcp/\(host)/\(web.port)
            printf '\(request)' >&3
            cat <&3 | wc -c
            """
        for _ in 0..<3 {
            let foreign = try ChildProcess(
                "/usr/bin/setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", "bash", "-c", script],
                environment: ["PATH=/usr/bin:/bin"], splitErrors: true
            ).wait()
            #expect(foreign.output == "0\n", "\(foreign)")
        }
        #expect(try web.get(web.path, on: address).contains("Open API access"))
    }

    @Test func theOwnerOfAConnectionIsKnownWhileItIsEstablished() throws {
        let sockets = try LoopbackSockets.bind(port: nil)
        defer { sockets.descriptors.forEach { close($0) } }
        let connection = try LoopbackConnection(port: sockets.port, on: .four)
        let account = try PeerAccount()
        let own = PeerAccount.End(address: [127, 0, 0, 1], port: sockets.port)
        let peer = PeerAccount.End(address: [127, 0, 0, 1], port: connection.localPort)
        #expect(account.uid(of: peer, connectedTo: own) == getuid())
        let nobody = PeerAccount.End(address: [127, 0, 0, 1], port: 1)
        #expect(account.uid(of: nobody, connectedTo: own) == nil)
        connection.endSending()
        #expect(account.uid(of: peer, connectedTo: own) == nil)
    }

    @Test func aHeaderOfAMegabyteIsRefused() throws {
        let daemon = try LoneDaemon()
        let web = try WebProcess(daemon)
        let long = String(repeating: "a", count: 1 << 20)
        let answer = try web.exchange("GET / HTTP/1.1\r\nHost: \(web.authority)\r\nX-Long: \(long)\r\n\r\n")
        #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 400"))
        #expect(try web.get(web.path).contains("Open API access"))
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\n\r\n", "GET http://evil.example/settings/api-access HTTP/1.1\r\nHost: HOST\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: HOST\r\nHost: evil.example\r\n\r\n", "nonsense\r\n\r\n", "\u{0}\u{1}\u{2}",
        "POST /settings/api-access/open HTTP/1.1\r\nHost: HOST\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ])
    func oddRequestsAreRefused(request: String) throws {
        let daemon = try LoneDaemon()
        let web = try WebProcess(daemon)
        let connection = try LoopbackConnection(port: web.port, on: .four)
        connection.send(
            request.replacing("HOST", with: web.authority).replacing("\r\n\r\n", with: "\r\nConnection: close\r\n\r\n"))
        if !request.contains("\r\n") { connection.send("\r\n\r\n") }
        let status = connection.readToEnd().prefix(12)
        #expect(!status.hasPrefix("HTTP/1.1 2") && !status.hasPrefix("HTTP/1.1 5"), "\(status)")
        #expect(try web.get(web.path).contains("Open API access"))
    }

    @Test func itEndsByItselfWithoutUse() async throws {
        let deadline = IdleDeadline(limit: .milliseconds(50), from: .now)
        let screen = try ScreenFixture.screen(of: "/nowhere", deadline: deadline)
        let sockets = try LoopbackSockets.bind(port: nil)
        try await LoopbackServer(sockets, for: getuid(), responder: screen.responder()).run(until: deadline)
        #expect(throws: (any Error).self) { try LoopbackConnection(port: sockets.port, on: .four) }
    }

    @Test func withoutADaemonItDoesNotStart() throws {
        let end = try ChildProcess(
            DaemonProcess.products + "/keyward", ["web", "--socket=/nowhere/keyward.sock"]
        ).wait()
        #expect(end.exit == 2 && end.output.contains("there is no socket at /nowhere/keyward.sock"))
    }

    @Test func overSSHItPrintsHowToReachIt() throws {
        let daemon = try LoneDaemon()
        let web = try WebProcess(daemon, more: ["SSH_CONNECTION=192.0.2.7 50000 192.0.2.1 22"])
        #expect(web.process.text.contains("ssh -L \(web.port):localhost:\(web.port) "))
        #expect(web.process.text.contains("@192.0.2.1"))
    }

    @Test func enterPrintsAnotherLink() throws {
        let daemon = try LoneDaemon()
        let terminal = try TerminalProcess(
            DaemonProcess.products + "/keyward", ["web"],
            environment: ["KEYWARD_SOCKET=\(daemon.process.adminSocket)", "TZ=UTC"])
        #expect(terminal.waitForText("Press Enter for a new link."))
        terminal.type("\n")
        #expect(terminal.waitForText("/open?token=", count: 2))
        _ = terminal.end(by: SIGTERM)
    }
}
