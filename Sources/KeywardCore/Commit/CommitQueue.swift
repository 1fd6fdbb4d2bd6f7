/// Which changes are decided next, and which are written together.
///
/// Changes wait in the order of their arrival. One thread forms a group of them: it takes the next change, decides it
/// against what is in force, and stages it. A change that conflicts with one of the group is set aside, and is the
/// first of the next group. When the group is in force, or has failed, the next one begins.
///
/// This is a pure value, without threads, locks, clock or store. What must hold:
/// - A change is waiting, being decided, or in the group: never two of these, never none.
/// - No two changes of a group have a conflict key in common.
/// - Every change that waits is decided after a bounded number of groups: those set aside go first, in their order.
/// - Only a change that waits can expire. One that is in the group has the outcome of its group.
struct CommitQueue<Change> {
    /// How many changes are written together at most.
    static var mostInGroup: Int { 64 }

    private struct Entry {
        var change: Change
        /// Milliseconds of the caller's clock, of any epoch.
        var deadline: Int64
    }

    /// In the order in which they are decided.
    private var waiting: [Entry] = []
    /// How many of `waiting` were taken for this group.
    private var taken = 0
    /// Taken for this group, and left to the next one.
    private var setAside: [Entry] = []
    /// The change that is being decided.
    private var deciding: Entry?
    private(set) var group: [Change] = []
    private var conflictKeys: Set<ConflictKey> = []
    /// Whether no more changes join the group.
    private var isClosed = false

    /// How many changes wait, apart from the one that is being decided.
    var waitingCount: Int { waiting.count - taken + setAside.count }

    /// A change has arrived. It expires at `deadline` if it still waits then.
    mutating func arrive(_ change: Change, deadline: Int64) {
        waiting.append(Entry(change: change, deadline: deadline))
    }

    /// Takes the next change, to be decided for the group that is formed; `nil` if no other can join it now.
    mutating func next() -> Change? {
        guard deciding == nil, !isClosed, group.count < Self.mostInGroup, taken < waiting.count else { return nil }
        deciding = waiting[taken]
        taken += 1
        return deciding?.change
    }

    /// The change that was taken has nothing to write: it is answered, or waits for facts elsewhere.
    mutating func leave() { deciding = nil }

    /// The change that was taken is to be written, if it conflicts with none of the group. If not it is set aside.
    mutating func stage(_ keys: Set<ConflictKey>) -> Bool {
        guard let entry = deciding else { return false }
        deciding = nil
        let isExclusive = keys.contains(.everything)
        guard group.isEmpty || !isExclusive && conflictKeys.isDisjoint(with: keys) else {
            setAside.append(entry)
            // What shares its group with no other would never find an empty one behind those that keep coming.
            if isExclusive { isClosed = true }
            return false
        }
        group.append(entry.change)
        conflictKeys.formUnion(keys)
        if isExclusive { isClosed = true }
        return true
    }

    /// The group is in force, or nothing of it is on disk. Those that were set aside go first.
    mutating func groupEnded() {
        waiting.replaceSubrange(0..<taken, with: setAside)
        (taken, setAside, group, conflictKeys, isClosed) = (0, [], [], [], false)
    }

    /// Takes the changes that wait and whose deadline has come.
    mutating func expire(at now: Int64) -> [Change] {
        let expired = (setAside + waiting[taken...]).filter { $0.deadline <= now }
        guard !expired.isEmpty else { return [] }
        setAside.removeAll { $0.deadline <= now }
        waiting[taken...].removeAll { $0.deadline <= now }
        return expired.map(\.change)
    }
}
