/// A growing byte buffer that is filled at its end and drained at its start, for received or pending bytes.
///
/// One owner, one allocation, no reference counting, because every verification uses it. `@usableFromInline` lets other
/// modules inline its methods.
@usableFromInline package struct ByteBuffer: ~Copyable {
    @usableFromInline var base: UnsafeMutableRawPointer
    @usableFromInline var capacity: Int
    @usableFromInline var start = 0
    @usableFromInline var end = 0

    /// Creates an empty buffer with a capacity of `capacity` bytes.
    package init(capacity: Int = 256) {
        self.capacity = max(16, capacity)
        base = .allocate(byteCount: self.capacity, alignment: 16)
    }

    deinit {
        base.deallocate()
    }

    /// The number of bytes in the buffer.
    @inlinable package var count: Int { end - start }

    /// Whether the buffer is empty.
    @inlinable package var isEmpty: Bool { start == end }

    /// Lends the bytes in the buffer.
    @inlinable package func withBytes<R, E: Error>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        let bytes = UnsafeBufferPointer(start: (base + start).assumingMemoryBound(to: UInt8.self), count: count)
        return try body(bytes.span)
    }

    /// Lends the bytes in the buffer, for a system call.
    @inlinable package func withUnsafeBytes<R, E: Error>(
        _ body: (UnsafeRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
        try body(UnsafeRawBufferPointer(start: base + start, count: count))
    }

    /// Lends at least `minimum` free bytes after the content; `body` returns how many it filled.
    @inlinable package mutating func fill<E: Error>(
        atLeast minimum: Int, _ body: (UnsafeMutableRawBufferPointer) throws(E) -> Int
    ) throws(E) {
        reserve(minimum)
        let filled = try body(UnsafeMutableRawBufferPointer(start: base + end, count: capacity - end))
        precondition(filled >= 0 && filled <= capacity - end)
        end += filled
    }

    /// Lends exactly `limit` free bytes after the content; `body` returns how many it filled.
    @inlinable package mutating func fill<E: Error>(
        atMost limit: Int, _ body: (UnsafeMutableRawBufferPointer) throws(E) -> Int
    ) throws(E) {
        reserve(limit)
        let filled = try body(UnsafeMutableRawBufferPointer(start: base + end, count: limit))
        precondition(filled >= 0 && filled <= limit)
        end += filled
    }

    /// Writes `value` over the first bytes.
    @inlinable package mutating func replaceFirst<Value: BitwiseCopyable>(with value: Value) {
        precondition(count >= MemoryLayout<Value>.size)
        base.storeBytes(of: value, toByteOffset: start, as: Value.self)
    }

    /// Removes the last `count` bytes.
    @inlinable package mutating func removeLast(_ count: Int) {
        precondition(count <= self.count)
        end -= count
    }

    /// Appends one byte.
    @inlinable package mutating func append(_ byte: UInt8) {
        reserve(1)
        base.storeBytes(of: byte, toByteOffset: end, as: UInt8.self)
        end += 1
    }

    /// Appends bytes.
    @inlinable package mutating func append(_ bytes: Span<UInt8>) {
        bytes.withUnsafeBytes { append($0) }
    }

    /// Appends bytes.
    @inlinable package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress, !bytes.isEmpty else { return }
        reserve(bytes.count)
        (base + end).copyMemory(from: source, byteCount: bytes.count)
        end += bytes.count
    }

    /// Appends ASCII text that is known at compile time.
    @inlinable package mutating func append(_ text: StaticString) {
        append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends text as UTF-8.
    package mutating func append(utf8 text: String) {
        var text = text
        text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    /// Appends a number's decimal digits.
    package mutating func append(decimal number: Int64) {
        fill(atLeast: DecimalText.longest) { DecimalText.write(number, to: $0.baseAddress!) }
    }

    /// Removes the first `count` bytes.
    @inlinable package mutating func removeFirst(_ count: Int) {
        precondition(count >= 0 && count <= self.count)
        start += count
        if start == end { (start, end) = (0, 0) }
    }

    /// Keeps the first `count` bytes and removes the rest.
    @inlinable package mutating func truncate(to count: Int) {
        precondition(count >= 0 && count <= self.count)
        end = start + count
        if start == end { (start, end) = (0, 0) }
    }

    /// Frees memory when the buffer is empty and its capacity exceeds `limit` bytes.
    package mutating func shrink(to limit: Int) {
        guard isEmpty, capacity > limit else { return }
        base.deallocate()
        capacity = max(16, limit)
        base = .allocate(byteCount: capacity, alignment: 16)
    }

    @inlinable package mutating func reserve(_ extra: Int) {
        if capacity - end < extra { grow(extra) }
    }

    /// Moves the bytes to the front if that is enough, otherwise to an allocation twice as large.
    @usableFromInline mutating func grow(_ extra: Int) {
        let held = count
        if capacity - held >= extra, start >= held {
            base.copyMemory(from: base + start, byteCount: held)
        } else {
            capacity = max(capacity * 2, held + extra)
            let grown = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
            grown.copyMemory(from: base + start, byteCount: held)
            base.deallocate()
            base = grown
        }
        (start, end) = (0, held)
    }
}
