/// Finished hours of keys' usage that are not stored, oldest first.
///
/// When an hour ends, all keys in use may finish theirs within a moment. They are stored a few at a time, so taking
/// some must not cost as much as moving all.
struct FinishedHours {
    private var hours: [HourUsage] = []
    /// Hours before this index were taken.
    private var start = 0

    var count: Int { hours.count - start }
    var isEmpty: Bool { count == 0 }

    mutating func append(_ hour: HourUsage) {
        hours.append(hour)
    }

    /// Takes the oldest, at most `limit`.
    mutating func take(atMost limit: Int) -> [HourUsage] {
        let end = start + min(limit, count)
        let taken = Array(hours[start..<end])
        start = end
        if start * 2 >= hours.count {
            hours.removeFirst(start)
            start = 0
        }
        return taken
    }

    /// Inserts hours before all others.
    mutating func putBack(_ older: [HourUsage]) {
        hours.replaceSubrange(..<start, with: older)
        start = 0
    }

    /// Those of a key, oldest first.
    func hours(ofKey number: Int64) -> [HourUsage] { hours[start...].filter { $0.key == number } }

    /// Removes those that are later than `hour`.
    mutating func forget(after hour: Int64) {
        hours.removeFirst(start)
        start = 0
        hours.removeAll { $0.hour > hour }
    }

    mutating func forget(key number: Int64) {
        guard !isEmpty else { return }
        hours.removeFirst(start)
        start = 0
        hours.removeAll { $0.key == number }
    }
}
