internal import Glibc
internal import KeywardBase

/// Received bytes that are not yet a complete line. It refuses a line beyond its limit.
struct LineBuffer: ~Copyable {
    /// The longest line, in bytes without its line feed. A page of 500 keys with the most scopes and metadata takes
    /// about half of it.
    static let longestReply = 16 << 20

    private var bytes = ByteBuffer(capacity: 16 << 10)
    /// The number of bytes already searched for a line feed.
    private var searched = 0
    private let limit: Int

    init(limit: Int = longestReply) {
        self.limit = limit
    }

    /// Whether the incomplete line is longer than the limit.
    var isOverfull: Bool { bytes.count > limit }

    /// Lends free space after the content; `body` returns how much of it it filled.
    mutating func fill(_ body: (UnsafeMutableRawBufferPointer) -> Int) {
        bytes.fill(atLeast: 8 << 10, body)
    }

    /// Takes the next complete line, without its line feed.
    mutating func nextLine() -> [UInt8]? {
        let line: [UInt8]? = bytes.withUnsafeBytes { held in
            guard let base = held.baseAddress,
                let end = memchr(base + searched, Int32(UInt8(ascii: "\n")), held.count - searched)
            else { return nil }
            return Array(held[..<(UnsafeRawPointer(end) - base)])
        }
        guard let line else {
            searched = bytes.count
            return nil
        }
        bytes.removeFirst(line.count + 1)
        searched = 0
        return line
    }
}
