import KeywardCore

/// A slow look at what is stored of each key, again and again beside everything else: a damaged row is told of before
/// the next start reads it.
struct KeyRowWatch: Sendable {
    /// How many rows are looked at each second, a third of a millisecond: a million take three hours.
    static let rowsAtOnce = 100
    /// From the end of one pass to the next: a day, or a minute while something is damaged.
    private static let (pause, shortPause) = (Instant.Span.days(1), Instant.Span(milliseconds: 60_000))

    /// Where the pass that is under way has come to.
    private(set) var position: Int64 = 0
    private var beginsAt = Instant.distantPast
    /// The prefixes of damaged keys: those that the last pass found, and those of this one.
    private var (last, current): (Set<String>, Set<String>) = ([], [])

    /// What is known to be damaged.
    var damaged: [String] { last.union(current).sorted() }

    /// Whether there are rows to look at now.
    func isDue(at now: Instant) -> Bool { now >= beginsAt }

    /// Takes what a step has found. The prefixes that nobody knows of yet.
    mutating func take(_ check: KeyCheck, at now: Instant) -> [String] {
        let news = Set(check.damaged).subtracting(damaged)
        current.formUnion(check.damaged)
        if let end = check.last {
            position = end
        } else {
            (last, current, position) = (current, [], 0)
            beginsAt = now + (last.isEmpty ? Self.pause : Self.shortPause)
        }
        return news.sorted()
    }
}
