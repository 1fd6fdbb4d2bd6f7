/// What has arrived on a connection and is not a whole line yet. It refuses a line beyond its bound.
struct LineBuffer {
    /// The longest line, in bytes without its line feed. A page of 500 keys with all the scopes and metadata that a
    /// key may have is about half of it.
    static let longestReply = 16 << 20

    private var bytes: [UInt8] = []
    /// How many of `bytes` belong to lines that were taken already.
    private var taken = 0
    /// How many of `bytes` were searched for a line feed already.
    private var searched = 0
    private let limit: Int

    init(limit: Int = longestReply) {
        self.limit = limit
    }

    /// Whether the line that has begun is longer than the bound.
    var isOverfull: Bool { bytes.count - taken > limit }

    /// Whether a line has begun.
    var isEmpty: Bool { bytes.count == taken }

    /// Lends room behind what is there; `body` returns how much of it it filled.
    mutating func fill(_ body: (UnsafeMutableRawBufferPointer) -> Int) {
        if taken > 0 {
            bytes.removeSubrange(..<taken)
            (searched, taken) = (searched - taken, 0)
        }
        let held = bytes.count
        let room = max(16 << 10, min(held, 1 << 20))
        bytes.append(contentsOf: repeatElement(0, count: room))
        let filled = bytes.withUnsafeMutableBytes { body(UnsafeMutableRawBufferPointer(rebasing: $0[held...])) }
        bytes.removeSubrange((held + filled)...)
    }

    /// Takes the next whole line, without its line feed.
    mutating func nextLine() -> [UInt8]? {
        guard let end = bytes[searched...].firstIndex(of: UInt8(ascii: "\n")) else {
            searched = bytes.count
            return nil
        }
        let line = Array(bytes[taken..<end])
        (taken, searched) = (end + 1, end + 1)
        return line
    }
}
