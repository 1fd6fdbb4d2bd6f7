import Glibc

/// Finds the lines in a buffer that is filled at its end and drained at its start.
///
/// It remembers its position, so a line that arrives byte by byte costs no more than one that arrives whole. Blank
/// lines (spaces, tabs, a carriage return) are skipped. It holds no bytes: all offsets count from the buffer's first
/// byte.
package struct LineFramer: Sendable {
    /// The next item in the buffer.
    package enum Frame: Hashable, Sendable {
        /// A line that is not blank, without its line feed.
        case line(Range<Int>)
        /// No complete line is left.
        case incomplete
        /// A line longer than the limit, ended or not. The framer cannot find the start of a later line.
        case tooLong
    }

    /// The longest line, in bytes without its line feed.
    package var limit: Int
    /// The offset of the next line; all lines before it were returned.
    package private(set) var position = 0
    private var looked = 0

    package init(limit: Int) {
        self.limit = limit
    }

    /// Finds the next line. With `atEnd` no more bytes will follow, so a last line needs no line feed.
    package mutating func next(in bytes: Span<UInt8>, atEnd: Bool = false) -> Frame {
        while let feed = Self.lineFeed(in: bytes, from: looked) {
            let line = position..<feed
            if line.count > limit { return .tooLong }
            (position, looked) = (feed + 1, feed + 1)
            if !Self.isBlank(bytes, line) { return .line(line) }
        }
        looked = bytes.count
        let rest = position..<bytes.count
        if rest.count > limit { return .tooLong }
        guard atEnd else { return .incomplete }
        position = bytes.count
        return Self.isBlank(bytes, rest) ? .incomplete : .line(rest)
    }

    /// Returns to `offset`: the lines from there on will be found again.
    package mutating func rewind(to offset: Int) {
        precondition(offset >= 0 && offset <= position)
        (position, looked) = (offset, offset)
    }

    /// Adjusts to the removal of the buffer's first `count` bytes, all of them before ``position``.
    package mutating func removedFirst(_ count: Int) {
        precondition(count >= 0 && count <= position)
        position -= count
        looked -= count
    }

    private static func lineFeed(in bytes: Span<UInt8>, from start: Int) -> Int? {
        bytes.withUnsafeBytes { raw in
            guard start < raw.count, let base = raw.baseAddress else { return nil }
            guard let found = memchr(base + start, Int32(UInt8(ascii: "\n")), raw.count - start) else { return nil }
            return UnsafeRawPointer(found) - base
        }
    }

    private static func isBlank(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        for index in range {
            switch bytes[index] {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): continue
            default: return false
            }
        }
        return true
    }
}
