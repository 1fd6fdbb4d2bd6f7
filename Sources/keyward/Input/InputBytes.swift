internal import Glibc
internal import KeywardBase
internal import KeywardClient

/// Reads from a file descriptor, up to a limit.
enum InputBytes {
    /// Reads to the end.
    static func all(from descriptor: Int32, limit: Int) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = try read(descriptor, &chunk)
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            if bytes.count > limit { throw .usage("The input is longer than \(limit) bytes.") }
        }
    }

    /// Reads one line and no further; `nil` at the end.
    static func line(from descriptor: Int32, limit: Int = 4_096) throws(Failure) -> String? {
        var bytes: [UInt8] = []
        var byte: [UInt8] = [0]
        while bytes.count <= limit {
            guard try read(descriptor, &byte) == 1 else { return bytes.isEmpty ? nil : text(bytes) }
            if byte[0] == UInt8(ascii: "\n") { return text(bytes) }
            bytes.append(byte[0])
        }
        throw .usage("The line is longer than \(limit) bytes.")
    }

    private static func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes[...], as: UTF8.self)
    }

    private static func read(_ descriptor: Int32, _ buffer: inout [UInt8]) throws(Failure) -> Int {
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count >= 0 { return count }
            if errno != EINTR {
                throw .usage("File descriptor \(descriptor) cannot be read: \(systemMessage(errno)).")
            }
        }
    }
}
