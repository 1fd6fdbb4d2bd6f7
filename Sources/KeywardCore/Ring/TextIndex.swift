/// Finds keys by a text of theirs: an open-addressing table of their indices, four bytes each. The texts stay where
/// they are; who asks compares them.
struct TextIndex: ~Copyable {
    private static let free: UInt32 = 0
    private static let freed = UInt32.max

    private var places: UnsafeMutableBufferPointer<UInt32>
    private var used = 0

    init() {
        places = .allocate(capacity: 1_024)
        places.initialize(repeating: Self.free)
    }

    deinit {
        places.deallocate()
    }

    /// The index among those put under `hash` that `matches`.
    func find(_ hash: Int, _ matches: (KeyTable.Index) -> Bool) -> KeyTable.Index? {
        place(hash, matches).map { KeyTable.Index(places[$0]) - 1 }
    }

    /// Puts `index` in the place of the one that `matches`, else beside the others; `hashOf` tells under what an index
    /// was put.
    mutating func put(
        _ index: KeyTable.Index, _ hash: Int, replacing matches: (KeyTable.Index) -> Bool,
        hashOf: (KeyTable.Index) -> Int
    ) {
        if let place = place(hash, matches) {
            places[place] = UInt32(index + 1)
            return
        }
        if (used + 1) * 4 > places.count * 3 { grow(hashOf) }
        insert(UInt32(index + 1), hash)
    }

    /// Forgets `index`, which was put under `hash`.
    mutating func remove(_ index: KeyTable.Index, _ hash: Int) {
        if let place = place(hash, { $0 == index }) { places[place] = Self.freed }
    }

    private func place(_ hash: Int, _ matches: (KeyTable.Index) -> Bool) -> Int? {
        var place = hash & (places.count - 1)
        while places[place] != Self.free {
            if places[place] != Self.freed, matches(KeyTable.Index(places[place]) - 1) { return place }
            place = (place + 1) & (places.count - 1)
        }
        return nil
    }

    private mutating func insert(_ entry: UInt32, _ hash: Int) {
        var place = hash & (places.count - 1)
        while places[place] != Self.free { place = (place + 1) & (places.count - 1) }
        places[place] = entry
        used += 1
    }

    private mutating func grow(_ hashOf: (KeyTable.Index) -> Int) {
        let old = places
        let count = old.count { $0 != Self.free && $0 != Self.freed }
        places = .allocate(capacity: count * 2 >= old.count ? old.count * 2 : old.count)
        places.initialize(repeating: Self.free)
        used = 0
        for entry in old where entry != Self.free && entry != Self.freed {
            insert(entry, hashOf(KeyTable.Index(entry) - 1))
        }
        old.deallocate()
    }
}
