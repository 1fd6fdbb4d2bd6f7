import Glibc
import Testing

/// How a shell parses a printed command.
enum PastedShell {
    /// The arguments that the program would get.
    static func arguments(of command: String) throws -> [String] {
        let script = "keyward() { printf '%s\\0' \"$@\"; }; " + command
        let stream = try #require(popen(script, "r"))
        defer { pclose(stream) }
        var bytes: [UInt8] = []
        while true {
            let byte = getc(stream)
            if byte == EOF { break }
            bytes.append(UInt8(truncatingIfNeeded: byte))
        }
        return bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast()
            .map { String(decoding: $0, as: UTF8.self) }
    }

    /// The commands in a message: each is the end of a line.
    static func hints(in message: String) -> [String] {
        message.split(separator: "\n").compactMap { line in
            line.range(of: ": keyward ").map { String(line[line.index($0.lowerBound, offsetBy: 2)...]) }
        }
    }
}
