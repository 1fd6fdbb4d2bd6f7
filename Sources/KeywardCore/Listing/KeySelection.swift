/// The first keys in a query's order, one more than a page shows, found in one pass over the registry.
///
/// A list has no index for its orders: an index would cost memory and time for every key, and lists are rare compared
/// with verifications. So a page examines every key, but quickly. `KeyQuery` is the request, `KeyFilter` its filter,
/// and `KeySearch` the search of texts. `KeyWalk` is the order of examination, `KeyRank` the order of the page.
///
/// Once there are enough, a key is compared with the last of them before anything else: most keys cost one or two
/// loads. Not copyable: an implicit copy in each step took a fifth of the time.
struct KeySelection: ~Copyable {
    private struct Candidate {
        var rank: KeyRank
        /// Set if keys are ordered by it.
        var name: [UInt8]
        var number: Int64
    }

    private let query: KeyQuery
    private let (order, isDescending): (KeyQuery.Order, Bool)
    private let filter: KeyFilter
    private let cursor: Candidate?
    private var walk: KeyWalk
    /// The current block of numbers, and how many of them were examined.
    private var (block, place) = (Int64(0)..<Int64(0), 0)
    private var found: [Candidate] = []
    /// The last key that still fits on the page, once it is full.
    private var last: Candidate?
    private var isFull = false
    /// The allowed ranks of a key. They are stored apart from the candidates, which hold counted references.
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

    /// One more than the limit of a page: it shows whether another page follows.
    private var wanted: Int { query.limit + 1 }

    private static let keysTogether = 32
    private static let keysInBlock: Int64 = 1_024

    /// Examines the next keys; whether there are more.
    mutating func consider(_ state: borrowing RegistryState, within budget: inout HoldBudget) -> Bool {
        withUnsafeTemporaryAllocation(of: UnsafePointer<HotKey>.self, capacity: Self.keysTogether) { buffer in
            repeat {
                if place >= block.count {
                    (block, place) = (walk.nextBlock(below: state.endNumber), 0)
                    if block.isEmpty { return false }
                }
                let keys = gather(place..<min(place + Self.keysTogether, block.count), of: block, state, in: buffer)
                if filter.looksAtUse { for key in keys { key.pointee.prefetchUse() } }
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

    /// In the order of creation no later key is better.
    private var hasAll: Bool { order == .created && isFull }

    private var isBackward: Bool { order == .created && isDescending }

    /// The position of the key's number in the block.
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
            // Otherwise the comparisons would wait for memory one after another.
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

    /// Prefetches the needed parts of some keys' texts: otherwise comparisons would wait for memory one after another.
    ///
    /// Keys that were created in sequence mostly have adjacent texts. Sequential reads of memory are fast, so gaps
    /// between two texts are read with them.
    private func prefetchTexts(of keys: UnsafeBufferPointer<UnsafePointer<HotKey>>) {
        // With a filter that fills no page, few keys get this far.
        guard isFull || !filter.isNarrow else { return }
        let isSearched = filter.looksAtTexts && !isFull
        guard isSearched || order == .name else { return }
        let least = isSearched ? 256 : 64
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

    /// The cursors of the keys to show, and whether these are all.
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
        // A page that never fills has a filter that admits few keys.
        if !isFull, !filter.admits(key, state) { return }
        let rank = KeyRank(of: key, in: order, isDescending: isDescending)
        guard firstRank <= rank, rank <= lastRank else { return }
        if isFull, !filter.admits(key, state) { return }
        add(key, rank, &work)
    }

    /// Adds a key, unless a comparison of its whole name, or of its texts, excludes it.
    private mutating func add(_ key: UnsafePointer<HotKey>, _ rank: KeyRank, _ work: inout Int) {
        if rank == lastRank, let last, !isBefore(key, last) { return }
        if rank == firstRank, let cursor, !isBehind(key, cursor) { return }
        guard filter.matchesTexts(of: key, &work) else { return }
        let name = order == .name ? key.pointee.text.map { Array($0.name) } : nil
        found.append(Candidate(rank: rank, name: name ?? [], number: key.pointee.number))
        // Sorted from time to time, not for each key.
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

    // Names are ASCII, so the order of bytes is their order. For equal ranks names decide, then numbers.

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
