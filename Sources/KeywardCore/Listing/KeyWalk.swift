/// In what order a list looks at keys: so many numbers after one another.
///
/// In the order of creation they come in that order. For another order they come in an order of their own, so that
/// keys that were created in about that order, or against it, are not each better than all before.
struct KeyWalk {
    private let count: Int64
    private let isInOrder: Bool
    private let isDescending: Bool
    /// In order: the next number. Else how many blocks were looked at.
    private var next: Int64
    /// One more than the greatest number when the list began.
    private var end: Int64?
    private var stride: Int64 = 1

    /// - Parameter count: how many numbers at a time.
    init(for query: KeyQuery, _ count: Int64) {
        self.count = count
        isInOrder = query.order == .created
        isDescending = query.isDescending
        next = isInOrder ? (query.isDescending ? .max : 1) : 0
        // A cursor comes from outside: its number may be any.
        guard isInOrder, let cursor = query.cursor else { return }
        next = isDescending ? max(cursor.number, 1) - 1 : min(max(cursor.number, 0), .max - 1) + 1
    }

    /// The next numbers of those from 1 to below `end`; none when all were looked at.
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

    /// A step that leads to each of `blocks` blocks once, and far from the last ones each time: about the golden
    /// section of them.
    private static func stride(_ blocks: Int64) -> Int64 {
        var stride = max(1, blocks * 618 / 1_000)
        while commonDivisor(stride, blocks) > 1 { stride += 1 }
        return stride
    }

    private static func commonDivisor(_ one: Int64, _ other: Int64) -> Int64 {
        other == 0 ? one : commonDivisor(other, one % other)
    }
}
