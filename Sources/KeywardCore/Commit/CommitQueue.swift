/// The order in which changes are decided, and the groups in which they are written.
///
/// Changes wait in the order of their arrival. One thread forms a group of them: it takes the next change, decides it
/// and stages it. A change that conflicts with one of the group is set aside, and comes first in the next group. When
/// the group is in force, or has failed, the next one begins.
///
/// This is a pure value, without threads, locks, clock or store. Invariants:
/// - A change is waiting, being decided, or in the group: always exactly one of these.
/// - No two changes of a group have a conflict key in common.
/// - Every waiting change is decided after a bounded number of groups: those set aside go first, in order.
/// - Only a waiting change can expire. One that is in the group gets the outcome of its group.
struct CommitQueue<Change> {
    /// The largest number of changes in a group.
    static var mostInGroup: Int { 64 }

    private struct Entry {
        var change: Change
        /// Milliseconds of the caller's clock, of any epoch.
        var deadline: Int64
    }

    /// In the order of decision.
    private var waiting: [Entry] = []
    /// How many of `waiting` were taken for this group.
    private var taken = 0
    /// Taken for this group, and postponed to the next one.
    private var setAside: [Entry] = []
    /// The change that is being decided.
    private var deciding: Entry?
    private(set) var group: [Change] = []
    private var conflictKeys: Set<ConflictKey> = []
    /// Whether no more changes join the group.
    private var isClosed = false

    /// How many changes wait, apart from the one that is being decided.
    var waitingCount: Int { waiting.count - taken + setAside.count }

    /// Adds a change. It expires at `deadline` if it still waits then.
    mutating func arrive(_ change: Change, deadline: Int64) {
        waiting.append(Entry(change: change, deadline: deadline))
    }

    /// Takes the next change, to be decided for the current group; `nil` if no other can join it now.
    mutating func next() -> Change? {
        guard deciding == nil, !isClosed, group.count < Self.mostInGroup, taken < waiting.count else { return nil }
        deciding = waiting[taken]
        taken += 1
        return deciding?.change
    }

    /// The taken change has nothing to write: it is answered, or waits for facts elsewhere.
    mutating func leave() { deciding = nil }

    /// Adds the taken change to the group, unless it conflicts with it. Otherwise the change is set aside.
    mutating func stage(_ keys: Set<ConflictKey>) -> Bool {
        guard let entry = deciding else { return false }
        deciding = nil
        let isExclusive = keys.contains(.everything)
        guard group.isEmpty || !isExclusive && conflictKeys.isDisjoint(with: keys) else {
            setAside.append(entry)
            // Otherwise an exclusive change would never find an empty group while other changes keep coming.
            if isExclusive { isClosed = true }
            return false
        }
        group.append(entry.change)
        conflictKeys.formUnion(keys)
        if isExclusive { isClosed = true }
        return true
    }

    /// The group is in force, or nothing of it is on disk. Changes that were set aside go first.
    mutating func groupEnded() {
        waiting.replaceSubrange(0..<taken, with: setAside)
        (taken, setAside, group, conflictKeys, isClosed) = (0, [], [], [], false)
    }

    /// Removes and returns the waiting changes whose deadline has passed.
    mutating func expire(at now: Int64) -> [Change] {
        let expired = (setAside + waiting[taken...]).filter { $0.deadline <= now }
        guard !expired.isEmpty else { return [] }
        setAside.removeAll { $0.deadline <= now }
        waiting[taken...].removeAll { $0.deadline <= now }
        return expired.map(\.change)
    }
}
