extension UInt32 {
    /// A position for this hash, from 0 to below `capacity`: the hash as a fraction of 2³², times `capacity`. Equally
    /// many hashes have each position (Lemire, "Fast Random Integer Generation in an Interval", 2019).
    @inline(__always)
    func position(below capacity: Int) -> Int {
        Int(truncatingIfNeeded: (UInt64(self) &* UInt64(truncatingIfNeeded: capacity)) >> 32)
    }
}

/// The number of slots of an open-addressing table, and the order in which a search examines them.
struct TableCapacity {
    private(set) var slots = 1_024

    /// The slot at which the search for a hash begins.
    @inline(__always)
    func start(_ hash: UInt32) -> Int { hash.position(below: slots) }

    /// The slot after another one.
    @inline(__always)
    func next(_ slot: Int) -> Int { slot + 1 == slots ? 0 : slot + 1 }

    /// Whether a table with `used` slots must grow before it uses another.
    func isFull(_ used: Int) -> Bool { (used + 1) * 4 > slots * 3 }

    /// Makes it enough for `count` entries, and some more.
    mutating func reserve(_ count: Int) { slots = max(slots, count + count * 2 / 5) }

    /// Grows, unless most of the used slots were freed: then a table of the same size is enough for `count` entries.
    mutating func grow(for count: Int) {
        if count * 2 > slots { slots += slots / 2 }
    }
}
