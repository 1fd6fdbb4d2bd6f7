/// The order in which a list examines keys: in blocks of consecutive numbers.
///
/// For the order of creation the blocks are in that order. For other orders they are visited with a large stride.
/// Otherwise, if keys were created in about that order or its reverse, each key would be better than all before.
struct KeyWalk {
    private let count: Int64
    private let isInOrder: Bool
    private let isDescending: Bool
    /// In creation order: the next number. Otherwise the number of examined blocks.
    private var next: Int64
    /// One more than the greatest number when the list began.
    private var end: Int64?
    private var stride: Int64 = 1

    /// - Parameter count: the size of a block.
    init(for query: KeyQuery, _ count: Int64) {
        self.count = count
        isInOrder = query.order == .created
        isDescending = query.isDescending
        next = isInOrder ? (query.isDescending ? .max : 1) : 0
        // A cursor comes from a client: its number may be any.
        guard isInOrder, let cursor = query.cursor else { return }
        next = isDescending ? max(cursor.number, 1) - 1 : min(max(cursor.number, 0), .max - 1) + 1
    }

    /// The next block of the numbers from 1 to below `end`; empty after the last.
    mutating func nextBlock(below end: Int64) -> Range<Int64> {
        isInOrder ? nextInOrder(below: end) : nextOfBlocks(below: end)
    }

    private mutating func nextInOrder(below end: Int64) -> Range<Int64> {
        if isDescending {
            let upper = min(next, end - 1) + 1
            let lower = max(1, upper - count)
            next = lower - 1
            return lower..<max(lower, upper)
        }
        let lower = min(next, end)
        let upper = min(lower + count, end)
        next = upper
        return lower..<upper
    }

    private mutating func nextOfBlocks(below newEnd: Int64) -> Range<Int64> {
        let end = end ?? newEnd
        let blocks = (max(end, 1) - 1 + count - 1) / count
        if self.end == nil { (self.end, stride) = (end, Self.stride(blocks)) }
        guard next < blocks else { return 0..<0 }
        let lower = next * stride % blocks * count + 1
        next += 1
        return lower..<min(lower + count, end)
    }

    /// A step that reaches each of `blocks` blocks once, and far from the recent ones: about the golden section of
    /// their number.
    private static func stride(_ blocks: Int64) -> Int64 {
        var stride = max(1, blocks * 618 / 1_000)
        while commonDivisor(stride, blocks) > 1 { stride += 1 }
        return stride
    }

    private static func commonDivisor(_ one: Int64, _ other: Int64) -> Int64 {
        other == 0 ? one : commonDivisor(other, one % other)
    }
}
