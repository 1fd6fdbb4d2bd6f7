/// Finds keys by one of their texts: an open-addressing table of their indices, four bytes each. It does not store the
/// texts; the caller compares them.
///
/// The bits of an entry that its index does not need contain a part of the text's hash. So nearly every other text is
/// skipped unread.
struct TextIndex: ~Copyable {
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
    func find(_ hash: Int, _ matches: (KeyTable.Index) -> Bool) -> KeyTable.Index? {
        place(hash, matches).map { index(entries[$0]) }
    }

    /// Prefetches the entry at which the search for `hash` begins.
    func prefetchEntry(_ hash: Int) { prefetch(entries + start(hash)) }

    /// Replaces the index that `matches` with `index`, or adds it; `hashOf` returns the hash of an index.
    mutating func put(
        _ index: KeyTable.Index, _ hash: Int, replacing matches: (KeyTable.Index) -> Bool,
        hashOf: (KeyTable.Index) -> Int
    ) {
        if index + 1 >= indexBits { widen(for: index, hashOf) }
        if let place = place(hash, matches) {
            entries[place] = entry(index, hash)
            return
        }
        if capacity.isFull(used) { grow(hashOf) }
        insert(index, hash)
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
        renew()
        for index in held { insert(index, hashOf(index)) }
    }

    private mutating func widen(for index: KeyTable.Index, _ hashOf: (KeyTable.Index) -> Int) {
        let held = indices
        while index + 1 >= indexBits { indexBits = indexBits << 1 | 1 }
        renew()
        for index in held { insert(index, hashOf(index)) }
    }

    private var indices: [KeyTable.Index] {
        var held: [KeyTable.Index] = []
        held.reserveCapacity(used)
        for place in 0..<capacity.slots where entries[place] != Self.free && entries[place] != Self.freed {
            held.append(index(entries[place]))
        }
        return held
    }

    private mutating func renew() {
        memory = LargeMemory(byteCount: capacity.slots * MemoryLayout<UInt32>.stride)
        entries = memory.base.assumingMemoryBound(to: UInt32.self)
        used = 0
    }
}
