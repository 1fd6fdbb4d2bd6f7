/// When which key is due next: a binary heap, so that a sweep with nothing due looks at no key.
///
/// Entries are never searched for. One counts only while it agrees with the instant noted for its key; the others are
/// dropped when they come to the top, or all at once when they outnumber those that count.
struct DueIndex {
    struct Entry: Sendable {
        var at: Instant
        var index: KeyTable.Index
    }

    private var heap: [Entry] = []
    /// When each key is due, by its index; `.distantFuture` is never.
    private var noted: [Instant] = []
    private var count = 0

    /// Notes that the key at `index` is due at `instant`, and at no other.
    mutating func set(_ index: KeyTable.Index, to instant: Instant) {
        while noted.count <= index { noted.append(.distantFuture) }
        guard noted[index] != instant else { return }
        if noted[index] != .distantFuture { count -= 1 }
        noted[index] = instant
        guard instant != .distantFuture else { return }
        count += 1
        push(Entry(at: instant, index: index))
        if heap.count > 2 * count + 1_024 { rebuild() }
    }

    /// When the key at `index` is due.
    func instant(of index: KeyTable.Index) -> Instant { index < noted.count ? noted[index] : .distantFuture }

    /// The earliest instant at which a key is due.
    mutating func next() -> Instant? {
        while let top = heap.first {
            if counts(top) { return top.at }
            dropTop()
        }
        return nil
    }

    /// Takes at most `limit` keys that are due at `now`, the earliest first; they are then noted as never due.
    mutating func take(at now: Instant, limit: Int) -> [Entry] {
        var taken: [Entry] = []
        while taken.count < limit, let at = next(), at <= now {
            taken.append(heap[0])
            noted[heap[0].index] = .distantFuture
            count -= 1
            dropTop()
        }
        return taken
    }

    /// Every key that is due at `now`, in no order, some of them twice; only what is due is looked at.
    func all(at now: Instant) -> [Entry] {
        var found: [Entry] = []
        var places = [0]
        while let place = places.popLast() {
            guard place < heap.count, heap[place].at <= now else { continue }
            if counts(heap[place]) { found.append(heap[place]) }
            places.append(2 * place + 1)
            places.append(2 * place + 2)
        }
        return found
    }

    /// What ``all(at:)`` found, the earliest first and each key once. It takes a while for many, so no lock is held.
    static func inOrder(_ entries: [Entry]) -> [Entry] {
        var seen: Set<KeyTable.Index> = []
        return entries.filter { seen.insert($0.index).inserted }.sorted { ($0.at, $0.index) < ($1.at, $1.index) }
    }

    private func counts(_ entry: Entry) -> Bool { noted[entry.index] == entry.at }

    private mutating func push(_ entry: Entry) {
        heap.append(entry)
        var place = heap.count - 1
        while place > 0, heap[place].at < heap[(place - 1) / 2].at {
            heap.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    private mutating func dropTop() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        sink(0)
    }

    private mutating func sink(_ start: Int) {
        var place = start
        while true {
            let left = 2 * place + 1
            guard left < heap.count else { return }
            let least = left + 1 < heap.count && heap[left + 1].at < heap[left].at ? left + 1 : left
            guard heap[least].at < heap[place].at else { return }
            heap.swapAt(place, least)
            place = least
        }
    }

    private mutating func rebuild() {
        heap = noted.indices.filter { noted[$0] != .distantFuture }.map { Entry(at: noted[$0], index: $0) }
        for place in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(place) }
    }
}

/// The due indices of all sweeps.
struct DueIndices {
    private var expiry = DueIndex()
    private var stale = DueIndex()
    private var retention = DueIndex()

    subscript(sweep: Sweep) -> DueIndex {
        get {
            switch sweep {
            case .expiry: expiry
            case .stale: stale
            case .retention: retention
            }
        }
        _modify {
            switch sweep {
            case .expiry: yield &expiry
            case .stale: yield &stale
            case .retention: yield &retention
            }
        }
    }
}
