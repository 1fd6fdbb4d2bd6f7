/// The next due time of each key: a binary heap, so that a sweep with nothing due examines no key.
///
/// Each key that becomes due has one entry, and stores its position in the heap. A key that is never due takes four
/// bytes, another sixteen.
struct DueIndex {
    struct Entry: Sendable {
        var at: Instant
        var index: KeyTable.Index
    }

    /// The heap, in two arrays: the instants and the keys.
    private var instants: [Instant] = []
    private var indices: [UInt32] = []
    /// By a key's index: its position in the heap, plus one; 0 is never due.
    private var places: [UInt32] = []

    /// Sets the due time of the key at `index` to `instant`.
    mutating func set(_ index: KeyTable.Index, to instant: Instant) {
        let known = self.instant(of: index)
        guard known != instant else { return }
        guard instant != .distantFuture else { return remove(at: Int(places[index]) - 1) }
        if known == .distantFuture {
            note(index, at: instant)
            rise(instants.count - 1)
        } else {
            let place = Int(places[index]) - 1
            instants[place] = instant
            if instant < known { rise(place) } else { sink(place) }
        }
    }

    /// Reserves capacity for `count` keys.
    mutating func reserve(_ count: Int) {
        instants.reserveCapacity(count)
        indices.reserveCapacity(count)
        places.reserveCapacity(count)
    }

    /// Appends the due time of a key that has none, without ordering: ``order()`` must follow before any other call.
    mutating func note(_ index: KeyTable.Index, at instant: Instant) {
        guard instant != .distantFuture else { return }
        while index >= places.count { places.append(0) }
        instants.append(instant)
        indices.append(UInt32(index))
        places[index] = UInt32(instants.count)
    }

    /// Makes the appended entries a heap, in time that is linear in their number.
    mutating func order() {
        for place in stride(from: instants.count / 2 - 1, through: 0, by: -1) { sink(place) }
    }

    /// The due time of the key at `index`.
    func instant(of index: KeyTable.Index) -> Instant {
        index < places.count && places[index] > 0 ? instants[Int(places[index]) - 1] : .distantFuture
    }

    /// The earliest instant at which a key is due.
    func next() -> Instant? { instants.first }

    /// Every key that is due at `now`, in no order; it examines only entries that are due, and their children.
    func all(at now: Instant) -> [Entry] {
        var found: [Entry] = []
        var next = [0]
        while let place = next.popLast() {
            guard place < instants.count, instants[place] <= now else { continue }
            found.append(Entry(at: instants[place], index: KeyTable.Index(indices[place])))
            next.append(2 * place + 1)
            next.append(2 * place + 2)
        }
        return found
    }

    /// The result of ``all(at:)``, the earliest first. Sorting many takes a while, so no lock is held.
    static func inOrder(_ entries: [Entry]) -> [Entry] {
        entries.sorted { ($0.at, $0.index) < ($1.at, $1.index) }
    }

    private mutating func remove(at place: Int) {
        let last = instants.count - 1
        if place != last { swap(place, last) }
        places[Int(indices[last])] = 0
        instants.removeLast()
        indices.removeLast()
        guard place < last else { return }
        rise(place)
        sink(place)
    }

    private mutating func rise(_ start: Int) {
        var place = start
        while place > 0, instants[place] < instants[(place - 1) / 2] {
            swap(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    private mutating func sink(_ start: Int) {
        var place = start
        while true {
            let left = 2 * place + 1
            guard left < instants.count else { return }
            let least = left + 1 < instants.count && instants[left + 1] < instants[left] ? left + 1 : left
            guard instants[least] < instants[place] else { return }
            swap(place, least)
            place = least
        }
    }

    private mutating func swap(_ one: Int, _ other: Int) {
        instants.swapAt(one, other)
        indices.swapAt(one, other)
        places[Int(indices[one])] = UInt32(one + 1)
        places[Int(indices[other])] = UInt32(other + 1)
    }
}
