/// Bytes that are put together, in one allocation that serves again.
struct ByteRoom: ~Copyable {
    private var base: UnsafeMutableRawPointer
    private var capacity: Int
    private(set) var count = 0

    init() {
        capacity = 1_024
        base = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit {
        base.deallocate()
    }

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    /// Drops all but the first `count` bytes.
    mutating func truncate(to count: Int) {
        precondition((0...self.count).contains(count))
        self.count = count
    }

    mutating func append(_ byte: UInt8) {
        reserve(1)
        base.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count += 1
    }

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        reserve(bytes.count)
        (base + count).copyMemory(from: start, byteCount: bytes.count)
        count += bytes.count
    }

    mutating func append(_ text: StaticString) {
        append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Lends room for `limit` bytes; `body` returns how many it filled.
    mutating func fill(atMost limit: Int, _ body: (UnsafeMutableRawBufferPointer) -> Int) {
        reserve(limit)
        let filled = body(UnsafeMutableRawBufferPointer(start: base + count, count: limit))
        precondition((0...limit).contains(filled))
        count += filled
    }

    /// Writes `value` over the first bytes.
    mutating func store<Value: BitwiseCopyable>(_ value: Value) {
        precondition(count >= MemoryLayout<Value>.size)
        base.storeBytes(of: value, as: Value.self)
    }

    private mutating func reserve(_ extra: Int) {
        guard capacity - count < extra else { return }
        capacity = max(capacity * 2, count + extra)
        let grown = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
        grown.copyMemory(from: base, byteCount: count)
        base.deallocate()
        base = grown
    }
}
