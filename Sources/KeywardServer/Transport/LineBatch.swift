package import KeywardProtocol

/// Complete lines of one connection in one piece of memory, so that a handler can examine all of them before it answers
/// the first. None is blank.
package struct LineBatch: ~Copyable {
    /// The largest number of lines in a batch.
    package static let capacity = 64

    private let bytes: UnsafeRawBufferPointer
    private var bounds = InlineArray<64, (start: Int32, end: Int32)>(repeating: (0, 0))
    /// The number of lines, at least one.
    package private(set) var count = 0

    /// The bytes must outlive the batch.
    package init(of bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// The range of line `index` in the bytes of ``withBytes(_:)``, without its line feed.
    package func range(_ index: Int) -> Range<Int> {
        precondition(index < count)
        let (start, end) = bounds[index]
        return Int(start)..<Int(end)
    }

    /// Lends the bytes that hold all lines.
    package func withBytes<R, E: Error>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        try body(bytes.assumingMemoryBound(to: UInt8.self).span)
    }

    /// Collects lines until the batch is full or no line is left. Returns the frame at which it stopped.
    package mutating func collect(with framer: inout LineFramer, atEnd: Bool) -> LineFramer.Frame {
        let span = bytes.assumingMemoryBound(to: UInt8.self).span
        var frame = LineFramer.Frame.incomplete
        while count < Self.capacity {
            frame = framer.next(in: span, atEnd: atEnd)
            guard case .line(let range) = frame else { break }
            bounds[count] = (Int32(truncatingIfNeeded: range.lowerBound), Int32(truncatingIfNeeded: range.upperBound))
            count += 1
        }
        return frame
    }
}
