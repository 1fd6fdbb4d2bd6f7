import Glibc
import KeywardBase

/// A blocking client that sends bytes and reads lines. A read that takes 20 s fails the test instead of hanging.
package final class LineClient {
    private let socket: Int32
    private var received: [UInt8] = []

    package init(_ path: String) throws {
        socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var patience = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        let result = UnixSocketAddress(path)?.withPointer { connect(socket, $0, $1) }
        guard result == 0 else {
            defer { close(socket) }
            throw SystemFailure("connect \(path)")
        }
    }

    deinit { close(socket) }

    /// Sends bytes unchanged; bytes that the other end no longer accepts are dropped.
    package func send(_ text: String) { send(Array(text.utf8)) }

    package func send(_ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return }
            sent += count
        }
    }

    /// Sends as much as the socket accepts at once.
    package func sendWithoutWaiting(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
    }

    package func endWriting() { shutdown(socket, Int32(SHUT_WR)) }

    /// The next line, without its line feed; `nil` at the end of the connection.
    package func line() throws -> String? {
        while true {
            if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
                defer { received.removeFirst(end + 1) }
                return String(decoding: received[..<end], as: UTF8.self)
            }
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let count = recv(socket, &buffer, buffer.count, 0)
            if count == 0, received.isEmpty { return nil }
            // With a timeout, also a stop and a continuation of the process interrupt it (signal(7)).
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw SystemFailure("receive") }
            received += buffer.prefix(count)
        }
    }

    /// All lines until the end of the connection.
    package func lines() throws -> [String] {
        var lines: [String] = []
        while let line = try line() { lines.append(line) }
        return lines
    }

    /// Sends a line and reads one.
    package func exchange(_ text: String) throws -> String {
        send(text + "\n")
        guard let line = try line() else { throw SystemFailure("receive (at the end)") }
        return line
    }
}
