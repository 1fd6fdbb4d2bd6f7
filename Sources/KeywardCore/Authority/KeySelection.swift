/// The first keys of a query's order, so many as a page shows and one more, picked in one pass over the ring.
///
/// Keys are looked at in the order of their numbers, or against it, so that of equal ranks the first seen stays. Once
/// there are enough, a key is compared with the last of them before its status is asked for: most keys cost a load.
struct KeySelection {
    private struct Candidate {
        /// Ascends along the page, whichever way the query is ordered.
        var rank: Int64
        var name: String
        var number: Int64
    }

    private let query: KeyQuery
    private let workspace: Int64
    private let now: Instant
    private let search: String?
    private let statuses: UInt16?
    private let facts: [KeyStatus]?
    private var next: Int64?
    private var found: [Candidate] = []
    /// Of the last key that still has a place on the page, once it is full.
    private var last: (rank: Int64, name: [UInt8])?
    private(set) var isDone = false

    init(for query: KeyQuery, inWorkspace workspace: Int64, at now: Instant) {
        (self.query, self.workspace, self.now) = (query, workspace, now)
        search = query.search?.lowercased()
        statuses = query.statuses.map { $0.reduce(0) { $0 | $1.bit } }
        facts = query.facts.map { Array($0) }
        // A cursor comes from outside: its number may be any.
        if query.order == .created, let cursor = query.cursor {
            next = query.isDescending ? max(cursor.number, 1) - 1 : min(max(cursor.number, 0), .max - 1) + 1
        }
    }

    private var step: Int64 { query.isDescending ? -1 : 1 }

    /// One more than a page shows tells whether another follows.
    private var wanted: Int { query.limit + 1 }

    /// Looks at the next thousand keys; at a hundred if their texts are searched, which takes longer.
    mutating func consider(_ state: borrowing RingState) {
        let context = state.context(ofWorkspace: workspace)
        let (newest, end) = (state.endNumber - 1, query.isDescending ? 0 : state.endNumber)
        var number = query.isDescending ? min(next ?? newest, newest) : next ?? 1
        for _ in 0..<(search == nil ? 1_000 : 100) {
            // In the order of creation nothing better comes later.
            let isFull = query.order == .created && found.count == wanted
            guard !isFull, query.isDescending ? number > end : number < end else { return isDone = true }
            if let index = state.index(ofNumber: number) { consider(index, number, state, context) }
            number += step
        }
        next = number
    }

    /// The places of the keys to show, and whether that is all.
    mutating func page() -> (places: [KeyQuery.Cursor], isLast: Bool) {
        sortFound()
        let isName = query.order == .name
        let places = found.prefix(query.limit).map { candidate in
            KeyQuery.Cursor(
                text: candidate.name, value: isName ? 0 : turned(candidate.rank), number: candidate.number)
        }
        return (places, found.count <= query.limit)
    }

    @inline(__always)
    private mutating func consider(
        _ index: KeyTable.Index, _ number: Int64, _ state: borrowing RingState, _ context: StatusContext
    ) {
        guard state.table[index].workspace == workspace else { return }
        let rank = turned(state.table.value(of: query.order, at: index))
        if let last {
            guard rank <= last.rank else { return }
            if rank == last.rank {
                guard query.order == .name, isBefore(state.table[index].text, last.name) else { return }
            }
        }
        if let statuses, state.table[index].facts.status(at: now, in: context).bit & statuses == 0 { return }
        let candidate = Candidate(
            rank: rank, name: query.order == .name ? state.table[index].name : "", number: number)
        guard isAfterCursor(candidate), hasFacts(index, state, context), matches(index, state) else { return }
        found.append(candidate)
        // Sorted now and then, not at each key: in the worst order every key is better than all before.
        if found.count == (last == nil ? wanted : 4 * wanted) { keepBest() }
    }

    /// The order of numbers turned round, or as it is.
    private func turned(_ value: Int64) -> Int64 { query.isDescending ? ~value : value }

    private mutating func keepBest() {
        sortFound()
        found.removeLast(found.count - wanted)
        last = found.last.map { ($0.rank, Array($0.name.utf8)) }
    }

    private mutating func sortFound() {
        let isDescending = query.isDescending
        found.sort { left, right in
            if left.rank != right.rank { return left.rank < right.rank }
            if left.name != right.name { return (left.name < right.name) != isDescending }
            return (left.number < right.number) != isDescending
        }
    }

    /// Names are ASCII, so the order of their bytes is theirs.
    private func isBefore(_ text: KeyText?, _ name: [UInt8]) -> Bool {
        guard let text else { return false }
        return query.isDescending
            ? name.lexicographicallyPrecedes(text.name) : text.name.lexicographicallyPrecedes(name)
    }

    private func isAfterCursor(_ candidate: Candidate) -> Bool {
        guard let cursor = query.cursor else { return true }
        let value = query.order == .name ? 0 : turned(candidate.rank)
        let place = KeyQuery.Cursor(text: candidate.name, value: value, number: candidate.number)
        return query.isDescending ? place < cursor : cursor < place
    }

    private func hasFacts(_ index: KeyTable.Index, _ state: borrowing RingState, _ context: StatusContext) -> Bool {
        guard let facts else { return true }
        let holding = state.table[index].facts
        return facts.contains { holding.holds($0, at: now, in: context) }
    }

    private func matches(_ index: KeyTable.Index, _ state: borrowing RingState) -> Bool {
        guard let search else { return true }
        guard let record = state.records[index] else { return false }
        let texts = [record.name, record.prefix, record.owner?.name, record.owner?.contact, record.purpose]
        return texts.contains { $0?.lowercased().contains(search) ?? false }
    }
}

extension KeyTable {
    /// What the key at `index` is ordered by; of a name its first eight bytes.
    fileprivate func value(of order: KeyQuery.Order, at index: Index) -> Int64 {
        switch order {
        case .created: 0
        case .name: self[index].text.map { Self.head(of: $0.name) } ?? 0
        case .lastUsed: self[index].usage?.pointee.lastUsedAt.milliseconds ?? Instant.distantPast.milliseconds
        case .usage: self[index].usage?.pointee.valid ?? 0
        case .expires: self[index].expiresAt.milliseconds
        }
    }

    private static func head(of name: UnsafeRawBufferPointer) -> Int64 {
        if name.count >= 8 { return Int64(bigEndian: name.loadUnaligned(as: Int64.self)) }
        return (0..<8).reduce(0) { $0 << 8 | ($1 < name.count ? Int64(name[$1]) : 0) }
    }
}

extension KeyStatus {
    /// Sets of statuses as a number: a look-up in a `Set` hashes.
    fileprivate var bit: UInt16 {
        switch self {
        case .revoked: 1
        case .superseded: 2
        case .expired: 4
        case .disabled: 8
        case .suspended: 16
        case .retiring: 32
        case .expiring: 64
        case .stale: 128
        case .unused: 256
        case .active: 512
        }
    }
}
