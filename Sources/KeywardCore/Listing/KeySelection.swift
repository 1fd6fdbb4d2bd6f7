/// The first keys of a query's order, so many as a page shows and one more, picked in one pass over the registry.
///
/// A list has no index for its orders: they would cost memory and time for every key, and lists are rare beside
/// verifications. So a page looks at every key and is quick at it. `KeyQuery` is what is asked for, `KeyFilter` what it
/// admits, `KeySearch` the texts that it looks for, `KeyWalk` the order of looking, `KeyRank` the order of the page.
///
/// Once there are enough, a key is compared with the last of them before anything else is asked of it: most keys cost
/// a load or two.
struct KeySelection {
    private struct Candidate {
        var rank: KeyRank
        /// Where keys are ordered by it.
        var name: [UInt8]
        var number: Int64
    }

    private let query: KeyQuery
    private let (order, isDescending): (KeyQuery.Order, Bool)
    private let filter: KeyFilter
    private let cursor: Candidate?
    private var walk: KeyWalk
    /// The numbers that are looked at now, and how many of them have been.
    private var (block, place) = (Int64(0)..<Int64(0), 0)
    private var found: [Candidate] = []
    /// The last key that still has a place on the page, once it is full.
    private var last: Candidate?
    private var isFull = false
    /// Between which ranks a key must be; beside the candidates that they are of, which hold counted references.
    private var (firstRank, lastRank) = (KeyRank.first, KeyRank.last)
    init(for query: KeyQuery, _ filter: KeyFilter) {
        (self.query, self.filter) = (query, filter)
        (order, isDescending) = (query.order, query.isDescending)
        cursor = query.cursor.map { cursor in
            Candidate(
                rank: KeyRank(of: cursor, in: query.order, isDescending: query.isDescending),
                name: query.order == .name ? Array(cursor.text.utf8) : [], number: cursor.number)
        }
        if let cursor { firstRank = cursor.rank }
        walk = KeyWalk(for: query, Self.keysInBlock)
    }

    /// One more than a page shows tells whether another follows.
    private var wanted: Int { query.limit + 1 }

    private static let keysTogether = 32
    private static let keysInBlock: Int64 = 1_024

    /// Looks at the next keys; whether there are more to look at.
    mutating func consider(_ state: borrowing RegistryState, within budget: inout HoldBudget) -> Bool {
        withUnsafeTemporaryAllocation(of: UnsafePointer<HotKey>.self, capacity: Self.keysTogether) { buffer in
            repeat {
                if place >= block.count {
                    (block, place) = (walk.nextBlock(below: state.endNumber), 0)
                    if block.isEmpty { return false }
                }
                let keys = gather(place..<min(place + Self.keysTogether, block.count), of: block, state, in: buffer)
                prefetchTexts(of: keys)
                place += Self.keysTogether
                for key in keys {
                    var work = 0
                    consider(key, state, &work)
                    if work > 0, budget.spend(work) {
                        place = place(of: key) + 1
                        return !hasAll
                    }
                }
                if hasAll { return false }
            } while !budget.spend(Self.keysTogether)
            return true
        }
    }

    /// In the order of creation nothing better comes later.
    private var hasAll: Bool { order == .created && isFull }

    private var isBackward: Bool { order == .created && isDescending }

    /// Which of the numbers of the block is the key's.
    private func place(of key: UnsafePointer<HotKey>) -> Int {
        let number = key.pointee.number
        return Int(isBackward ? block.upperBound - 1 - number : number - block.lowerBound)
    }

    /// The keys of the workspace at some of the numbers of a block.
    @inline(__always)
    private mutating func gather(
        _ places: Range<Int>, of block: Range<Int64>, _ state: borrowing RegistryState,
        in buffer: UnsafeMutableBufferPointer<UnsafePointer<HotKey>>
    ) -> UnsafeBufferPointer<UnsafePointer<HotKey>> {
        var (found, count) = (0, 0)
        let (first, step) = isBackward ? (block.upperBound - 1, Int64(-1)) : (block.lowerBound, 1)
        for place in places {
            guard let index = state.index(ofNumber: first + step * Int64(place)) else { continue }
            // Looks that decide wait for memory one after another.
            state.table.prefetchRecord(at: index)
            buffer.initializeElement(at: found, to: UnsafePointer(state.table.pointer(to: index)))
            found += 1
        }
        for place in 0..<found where filter.isInWorkspace(buffer[place]) {
            buffer[count] = buffer[place]
            count += 1
        }
        return UnsafeBufferPointer(start: buffer.baseAddress, count: count)
    }

    /// Has fetched what will be wanted of some keys' texts: looks at them would wait for memory one after another.
    ///
    /// Keys that were created one after the other mostly have their texts so too. Memory is fast where it is read
    /// whole, so what is between two is read with them.
    private func prefetchTexts(of keys: UnsafeBufferPointer<UnsafePointer<HotKey>>) {
        // Of a filter that fills no page, few keys come so far.
        guard isFull || !filter.isNarrow else { return }
        let isSearched = filter.looksAtTexts && !isFull
        guard isSearched || order == .name else { return }
        let least = isSearched ? 256 : 128
        var (start, end) = (UnsafeRawPointer(bitPattern: cacheLine)!, UnsafeRawPointer(bitPattern: cacheLine)!)
        for key in keys {
            guard let text = key.pointee.text else { continue }
            let base = UnsafeRawPointer(text.base).alignedDown(toMultipleOf: cacheLine)
            var line = base >= start && base - start <= 512 ? end : base
            (start, end) = (base, base + least)
            while line < end {
                prefetch(line)
                line += cacheLine
            }
        }
    }

    /// The places of the keys to show, and whether that is all.
    mutating func page() -> (places: [KeyQuery.Cursor], isLast: Bool) {
        sortFound()
        let isName = order == .name
        let places = found.prefix(query.limit).map { candidate in
            KeyQuery.Cursor(
                text: String(decoding: candidate.name, as: UTF8.self),
                value: isName ? 0 : candidate.rank.value(isDescending: isDescending), number: candidate.number)
        }
        return (places, found.count <= query.limit)
    }

    @inline(__always)
    private mutating func consider(
        _ key: UnsafePointer<HotKey>, _ state: borrowing RegistryState, _ work: inout Int
    ) {
        // A page that never fills is one of a filter that admits few keys.
        if !isFull, !filter.admits(key, state) { return }
        let rank = KeyRank(of: key, in: order, isDescending: isDescending)
        guard firstRank <= rank, rank <= lastRank else { return }
        if isFull, !filter.admits(key, state) { return }
        add(key, rank, &work)
    }

    /// Adds a key unless a look at its whole name, or at its texts, tells otherwise.
    private mutating func add(_ key: UnsafePointer<HotKey>, _ rank: KeyRank, _ work: inout Int) {
        if rank == lastRank, let last, !isBefore(key, last) { return }
        if rank == firstRank, let cursor, !isBehind(key, cursor) { return }
        guard filter.matchesTexts(of: key, &work) else { return }
        let name = order == .name ? key.pointee.text.map { Array($0.name) } : nil
        found.append(Candidate(rank: rank, name: name ?? [], number: key.pointee.number))
        // Sorted now and then, not at each key.
        if found.count == (isFull ? 4 * wanted : wanted) { keepBest() }
    }

    private mutating func keepBest() {
        sortFound()
        found.removeLast(found.count - wanted)
        last = found.last
        if let last { (isFull, lastRank) = (true, last.rank) }
    }

    private mutating func sortFound() {
        found.sort { left, right in
            if left.rank != right.rank { return left.rank < right.rank }
            let (first, second) = isDescending ? (right, left) : (left, right)
            if first.name != second.name { return first.name.lexicographicallyPrecedes(second.name) }
            return first.number < second.number
        }
    }

    // Names are ASCII, so the order of their bytes is theirs. Of equal ranks they decide, then the numbers.

    private func isBefore(_ key: UnsafePointer<HotKey>, _ other: Candidate) -> Bool {
        isDescending ? isGreater(key, than: other) : isLess(key, than: other)
    }

    private func isBehind(_ key: UnsafePointer<HotKey>, _ other: Candidate) -> Bool {
        isDescending ? isLess(key, than: other) : isGreater(key, than: other)
    }

    private func isLess(_ key: UnsafePointer<HotKey>, than other: Candidate) -> Bool {
        guard order == .name, let name = key.pointee.text?.name, !name.elementsEqual(other.name) else {
            return key.pointee.number < other.number
        }
        return name.lexicographicallyPrecedes(other.name)
    }

    private func isGreater(_ key: UnsafePointer<HotKey>, than other: Candidate) -> Bool {
        guard order == .name, let name = key.pointee.text?.name, !name.elementsEqual(other.name) else {
            return key.pointee.number > other.number
        }
        return other.name.lexicographicallyPrecedes(name)
    }
}
