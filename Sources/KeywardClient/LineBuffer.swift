internal import Glibc
internal import KeywardBase

/// What has arrived on a connection and is not a whole line yet. It refuses a line beyond its bound.
struct LineBuffer: ~Copyable {
    /// The longest line, in bytes without its line feed. A page of 500 keys with all the scopes and metadata that a
    /// key may have is about half of it.
    static let longestReply = 16 << 20

    private var bytes = ByteBuffer(capacity: 16 << 10)
    /// How many of `bytes` were searched for a line feed already.
    private var searched = 0
    private let limit: Int

    init(limit: Int = longestReply) {
        self.limit = limit
    }

    /// Whether the line that has begun is longer than the bound.
    var isOverfull: Bool { bytes.count > limit }

    /// Lends room behind what is there; `body` returns how much of it it filled.
    mutating func fill(_ body: (UnsafeMutableRawBufferPointer) -> Int) {
        bytes.fill(atLeast: 8 << 10, body)
    }

    /// Takes the next whole line, without its line feed.
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
