import Glibc
import KeywardBase
import KeywardTesting
import Testing

@testable import KeywardWeb

/// The server on a socket that somebody else listens on.
struct ConsoleTests {
    private static let request =
        "GET /settings/api-access/rows HTTP/1.1\r\nHost: kw-test.localhost:1234\r\nConnection: close\r\n\r\n"

    @Test func anEndForLackOfUseLeavesTheSocketToTheNextScreen() async throws {
        let held = try HeldSocket()
        // The connection waits in the queue while nobody serves.
        let waiting = try held.connect()
        waiting.send(Self.request)
        for _ in 0..<2 {
            let deadline = IdleDeadline(limit: .milliseconds(200), from: .now)
            let screen = try ScreenFixture.screen(of: "/nowhere", deadline: deadline)
            let server = ScreenServer([held.duplicate()], responder: screen.responder(), drain: .milliseconds(200)) {
                _ in true
            }
            #expect(try await server.run(until: deadline) == .idle)
        }
        #expect(waiting.readToEnd().hasPrefix("HTTP/1.1 401"))
        let later = try held.connect()
        later.send(Self.request)
        let deadline = IdleDeadline(limit: .milliseconds(200), from: .now)
        let screen = try ScreenFixture.screen(of: "/nowhere", deadline: deadline)
        let server = ScreenServer([held.duplicate()], responder: screen.responder(), drain: .milliseconds(200)) { _ in
            true
        }
        _ = try await server.run(until: deadline)
        #expect(later.readToEnd().hasPrefix("HTTP/1.1 401"))
    }

    @Test func itEndsWhenItsConditionDoesNotHold() async throws {
        let held = try HeldSocket()
        let deadline = IdleDeadline(limit: .seconds(900), from: .now)
        let screen = try ScreenFixture.screen(of: "/nowhere", deadline: deadline)
        let server = ScreenServer(inherited: held.duplicate(), responder: screen.responder())
        let end = try await server.run(until: deadline, checkingEvery: .milliseconds(20)) { false }
        #expect(end == .condition)
    }

    @Test func theNameServiceIsAskedForTheGroups() {
        #expect(AccountGroups.current(of: 0)?.contains(0) == true)
        #expect(AccountGroups.current(of: 3_999_999_999)?.isEmpty == true)
        #expect(AccountGroups.inForce().contains(getgid()))
    }
}

/// A listening Unix socket that outlives its servers, like one of a service manager.
private final class HeldSocket {
    private let folder: ScratchFolder
    private let number: Int32

    init() throws {
        folder = try ScratchFolder()
        number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        let bound = UnixSocketAddress(folder.file("web.sock"))?.withPointer { bind(number, $0, $1) }
        guard bound == 0, listen(number, 16) == 0 else { throw SystemFailure("listen") }
    }

    deinit { close(number) }

    /// The descriptor that a server gets, and closes.
    func duplicate() -> Int32 { dup(number) }

    func connect() throws -> LocalConnection { try LocalConnection(folder.file("web.sock")) }
}

/// A connection to a Unix socket.
final class LocalConnection {
    private let number: Int32

    init(_ path: String) throws {
        number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var patience = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        guard UnixSocketAddress(path)?.withPointer({ Glibc.connect(number, $0, $1) }) == 0 else {
            throw SystemFailure("connect")
        }
    }

    deinit { close(number) }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.send(number, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    func readToEnd() -> String {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while case let count = recv(number, &chunk, chunk.count, 0), count > 0 { bytes += chunk[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }
}
