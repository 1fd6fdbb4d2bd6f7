import Glibc
import KeywardBase

@testable import KeywardServer

/// A blocking client. A read or write that takes 20 s fails the test instead of hanging it.
final class SocketClient {
    let number: Int32

    init(_ path: String, sendBuffer: Int32? = nil, receiveBuffer: Int32? = nil) throws {
        number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var patience = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(number, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        if var sendBuffer { setsockopt(number, SOL_SOCKET, SO_SNDBUF, &sendBuffer, 4) }
        let result = UnixSocketAddress(path)?.withPointer { connect(number, $0, $1) }
        if result != 0 { throw SocketError.system(call: "connect", errno: errno) }
    }

    deinit { close(number) }

    /// Sends all of it; false if the server closed the connection.
    @discardableResult func write(_ text: String) -> Bool { write(Array(text.utf8)) }

    @discardableResult func write(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                send(number, $0.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return false }
            sent += count
        }
        return true
    }

    func endWriting() { shutdown(number, Int32(SHUT_WR)) }

    /// The bytes of one read; empty at the end, `nil` if the connection was reset or nothing arrived in time.
    func readSome(_ buffer: Int = 65_536) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: buffer)
        let count = recv(number, &bytes, buffer, 0)
        return count < 0 ? nil : Array(bytes.prefix(count))
    }

    /// Everything until the end; `nil` without an end.
    func readAll() -> String? {
        var all: [UInt8] = []
        while let some = readSome() {
            if some.isEmpty { return String(decoding: all, as: UTF8.self) }
            all += some
        }
        return nil
    }

    /// This many lines.
    func readLines(_ count: Int) -> String? {
        var all: [UInt8] = []
        var feeds = 0
        while feeds < count, let some = readSome() {
            if some.isEmpty { return nil }
            feeds += some.count { $0 == UInt8(ascii: "\n") }
            all += some
        }
        return feeds == count ? String(decoding: all, as: UTF8.self) : nil
    }
}

/// A folder with a path short enough for sockets, removed with its contents.
struct ShortFolder: ~Copyable {
    let path: String

    init() {
        var template = Array("/tmp/kwt.XXXXXX".utf8CString)
        path = mkdtemp(&template).map { String(cString: $0) } ?? ""
    }

    deinit {
        for name in ["s", "t", "u"] { unlink(path + "/" + name) }
        rmdir(path)
    }
}

/// A server on `path` that echoes, drained at the end.
struct EchoServer: ~Copyable {
    let folder = ShortFolder()
    let path: String
    let server: SocketServer

    init(
        _ limits: SocketLimits = .verify, loops: Int = 2, spread: (any ConnectionSpread)? = nil,
        service: some LineService = EchoService()
    ) throws {
        path = folder.path + "/s"
        server = try SocketServer(
            listener: Listener(path: path), name: "echo", loops: loops, spread: spread ?? EveryLoop(serving: loops),
            limits: limits, refusals: .test, service: service)
    }

    /// Waits until the server has this many connections.
    func waitForConnections(_ count: Int) {
        let patience = MonotonicClock.now() + 20_000
        while server.connections != count, MonotonicClock.now() < patience { sched_yield() }
    }

    deinit {
        server.beginDrain(within: 3_000)
        server.waitUntilDrained()
    }
}
