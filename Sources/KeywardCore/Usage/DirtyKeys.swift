/// The keys with usage that is not stored: one bit per key, and a cursor that passes over them in cycles.
///
/// Keys that the cursor takes one after another are adjacent in the database, too. No key waits for others that are
/// used more often. A cycle ends when no such key is ahead of the cursor.
struct DirtyKeys {
    private var words: [UInt64] = []
    /// Keys before this index were taken in this cycle.
    private var cursor: KeyTable.Index = 0
    private(set) var count = 0
    /// How many of them are still to be taken in this cycle.
    private(set) var ahead = 0

    mutating func insert(_ index: KeyTable.Index) {
        let (word, bit) = (index / 64, UInt64(1) << UInt64(index % 64))
        if word >= words.count { words += repeatElement(0, count: max(word + 1 - words.count, words.count)) }
        guard words[word] & bit == 0 else { return }
        words[word] |= bit
        count += 1
        if index >= cursor { ahead += 1 }
    }

    mutating func remove(_ index: KeyTable.Index) {
        let (word, bit) = (index / 64, UInt64(1) << UInt64(index % 64))
        guard word < words.count, words[word] & bit != 0 else { return }
        words[word] &= ~bit
        count -= 1
        if index >= cursor { ahead -= 1 }
    }

    /// Takes the next one of this cycle, `nil` at its end.
    mutating func takeNext() -> KeyTable.Index? {
        guard ahead > 0 else { return nil }
        var word = cursor / 64
        var bits = words[word] & (.max << UInt64(cursor % 64))
        while bits == 0 {
            word += 1
            bits = words[word]
        }
        let index = word * 64 + bits.trailingZeroBitCount
        remove(index)
        cursor = index + 1
        return index
    }

    /// Moves the cursor back to the start.
    mutating func beginCycle() {
        (cursor, ahead) = (0, count)
    }

    /// Moves the cursor back, so that `index` and later keys are taken in this cycle.
    mutating func rewind(to index: KeyTable.Index) {
        guard index < cursor else { return }
        cursor = index
        let word = min(index / 64, words.count)
        let behind = words[..<word].reduce(0) { $0 + $1.nonzeroBitCount }
        let within = word < words.count ? (words[word] & ~(.max << UInt64(index % 64))).nonzeroBitCount : 0
        ahead = count - behind - within
    }
}
