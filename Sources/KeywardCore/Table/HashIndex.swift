/// Finds keys by their digest or one of their texts: an open-addressing table of their indices, four bytes each. It does
/// not store what it finds them by; the caller compares that.
///
/// The bits of an entry that its index does not need contain a part of the hash. So nearly every other key is skipped
/// unread.
struct HashIndex: ~Copyable {
    private static let free: UInt32 = 0
    private static let freed = UInt32.max

    private var memory: LargeMemory
    private var entries: UnsafeMutablePointer<UInt32>
    private var capacity = TableCapacity()
    private var used = 0
    /// The bits of an entry that contain the index, plus one.
    private var indexBits: UInt32

    /// - Parameter indexBits: grows with greater indices.
    init(indexBits: UInt32 = 24) {
        self.indexBits = 1 << indexBits - 1
        memory = LargeMemory(byteCount: capacity.slots * MemoryLayout<UInt32>.stride)
        entries = memory.base.assumingMemoryBound(to: UInt32.self)
    }

    /// The index with this `hash` that `matches`.
    @inline(__always)
    func find(_ hash: Int, _ matches: (KeyTable.Index) -> Bool) -> KeyTable.Index? {
        place(hash, matches).map { index(entries[$0]) }
    }

    /// Prefetches the entry at which the search for `hash` begins.
    @inline(__always)
    func prefetchEntry(_ hash: Int) { prefetch(entries + start(hash)) }

    /// The first index whose entry has the same part of the hash: nearly always the one with this `hash`, if there is
    /// any. It reads no key.
    @inline(__always)
    func candidate(_ hash: Int) -> KeyTable.Index? {
        let tag = tag(hash)
        var place = start(hash)
        while entries[place] != Self.free {
            let entry = entries[place]
            if entry & ~indexBits == tag, entry != Self.freed { return index(entry) }
            place = capacity.next(place)
        }
        return nil
    }

    /// Adds an index that it does not have; `hashOf` returns the hash of an index.
    mutating func add(_ index: KeyTable.Index, _ hash: Int, hashOf: (KeyTable.Index) -> Int) {
        if index + 1 >= indexBits { widen(for: index, hashOf) }
        if capacity.isFull(used) { grow(hashOf) }
        insert(index, hash)
    }

    /// Replaces the index that `matches` with `index`, or adds it; `hashOf` returns the hash of an index.
    mutating func put(
        _ index: KeyTable.Index, _ hash: Int, replacing matches: (KeyTable.Index) -> Bool,
        hashOf: (KeyTable.Index) -> Int
    ) {
        if index + 1 >= indexBits { widen(for: index, hashOf) }
        guard let place = place(hash, matches) else { return add(index, hash, hashOf: hashOf) }
        entries[place] = entry(index, hash)
    }

    /// Reserves capacity for `count` indices, while there are none.
    mutating func reserve(_ count: Int, _ population: PagePopulation?) {
        guard used == 0 else { return }
        capacity.reserve(count)
        renew()
        population?.announce(memory)
    }

    /// Removes `index`, which was added with `hash`.
    mutating func remove(_ index: KeyTable.Index, _ hash: Int) {
        if let place = place(hash, { $0 == index }) { entries[place] = Self.freed }
    }

    private func entry(_ index: KeyTable.Index, _ hash: Int) -> UInt32 {
        tag(hash) | UInt32(index + 1)
    }

    /// The position of the entry at which the search for `hash` begins.
    private func start(_ hash: Int) -> Int { capacity.start(UInt32(truncatingIfNeeded: hash)) }

    /// Bits of the hash's upper half: the lower half selects the entry.
    private func tag(_ hash: Int) -> UInt32 {
        UInt32(truncatingIfNeeded: hash >> 32) & ~indexBits
    }

    private func index(_ entry: UInt32) -> KeyTable.Index { KeyTable.Index(entry & indexBits) - 1 }

    private func place(_ hash: Int, _ matches: (KeyTable.Index) -> Bool) -> Int? {
        let tag = tag(hash)
        var place = start(hash)
        while entries[place] != Self.free {
            let entry = entries[place]
            if entry & ~indexBits == tag, entry != Self.freed, matches(index(entry)) { return place }
            place = capacity.next(place)
        }
        return nil
    }

    private mutating func insert(_ index: KeyTable.Index, _ hash: Int) {
        var place = start(hash)
        while entries[place] != Self.free { place = capacity.next(place) }
        entries[place] = entry(index, hash)
        used += 1
    }

    private mutating func grow(_ hashOf: (KeyTable.Index) -> Int) {
        let held = indices
        capacity.grow(for: held.count)
        enter(held, hashOf)
    }

    private mutating func widen(for index: KeyTable.Index, _ hashOf: (KeyTable.Index) -> Int) {
        let held = indices
        while index + 1 >= indexBits { indexBits = indexBits << 1 | 1 }
        enter(held, hashOf)
    }

    private mutating func enter(_ held: HeldIndices, _ hashOf: (KeyTable.Index) -> Int) {
        renew()
        held.forEach { insert($0, hashOf($0)) }
    }

    private var indices: HeldIndices {
        var held = HeldIndices()
        for place in 0..<capacity.slots where entries[place] != Self.free && entries[place] != Self.freed {
            held.insert(index(entries[place]))
        }
        return held
    }

    private mutating func renew() {
        memory = LargeMemory(byteCount: capacity.slots * MemoryLayout<UInt32>.stride)
        entries = memory.base.assumingMemoryBound(to: UInt32.self)
        used = 0
    }
}

// Hashes of texts that people choose are seeded in every process.
extension HashIndex {
    /// - Parameter number: another part of what is found.
    static func hash(ofChosen text: UnsafeRawBufferPointer?, _ number: Int64 = 0) -> Int {
        var hasher = Hasher()
        if let text { hasher.combine(bytes: text) }
        hasher.combine(number)
        return hasher.finalize()
    }

    static func hash(ofChosen text: String, _ number: Int64 = 0) -> Int {
        var text = text
        return text.withUTF8 { hash(ofChosen: UnsafeRawBufferPointer($0), number) }
    }
}

/// Indices in order, a bit for each. Keys are read from memory much faster in order than in that of a table.
private struct HeldIndices {
    private var words: [UInt64] = []
    private(set) var count = 0

    mutating func insert(_ index: KeyTable.Index) {
        while index / 64 >= words.count { words.append(0) }
        words[index / 64] |= 1 << UInt64(index % 64)
        count += 1
    }

    func forEach(_ body: (KeyTable.Index) -> Void) {
        for (place, word) in words.enumerated() {
            var rest = word
            while rest != 0 {
                body(place * 64 + rest.trailingZeroBitCount)
                rest &= rest - 1
            }
        }
    }
}
