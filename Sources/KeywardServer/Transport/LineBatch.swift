package import KeywardProtocol

/// Some whole lines of one connection, one behind the other in one run of bytes, so that a handler can look at all
/// of them before it answers the first. None is blank.
package struct LineBatch: ~Copyable {
    /// How many lines a batch holds at most.
    package static let capacity = 64

    private let bytes: UnsafeRawBufferPointer
    private var bounds = InlineArray<64, (start: Int32, end: Int32)>(repeating: (0, 0))
    /// How many lines there are; one at least.
    package private(set) var count = 0

    /// The bytes must outlive the batch.
    package init(of bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// Where line `index` is within the bytes that ``withBytes(_:)`` lends, without its line feed.
    package func range(_ index: Int) -> Range<Int> {
        precondition(index < count)
        let (start, end) = bounds[index]
        return Int(start)..<Int(end)
    }

    /// Lends the bytes that hold all lines.
    package func withBytes<R, E: Error>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        try body(bytes.assumingMemoryBound(to: UInt8.self).span)
    }

    /// Collects lines until the batch is full or no line is left; returns the frame that it stopped at.
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
