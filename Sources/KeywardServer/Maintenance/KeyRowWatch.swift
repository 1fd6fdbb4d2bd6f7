import KeywardCore

/// A slow, repeated check of the stored keys during normal operation: a damaged row is reported before the next start
/// reads it.
struct KeyRowWatch: Sendable {
    /// The number of rows checked each second, in a third of a millisecond: a million take three hours.
    static let rowsAtOnce = 100
    /// The pause between two passes: a day, or a minute while something is damaged.
    private static let (pause, shortPause) = (Instant.Span.days(1), Instant.Span(milliseconds: 60_000))

    /// The position of the current pass.
    private(set) var position: Int64 = 0
    private var beginsAt = Instant.distantPast
    /// The prefixes of damaged keys: those of the last pass, and those of this one.
    private var (last, current): (Set<String>, Set<String>) = ([], [])

    /// The prefixes of all keys known to be damaged.
    var damaged: [String] { last.union(current).sorted() }

    /// Whether there are rows to check now.
    func isDue(at now: Instant) -> Bool { now >= beginsAt }

    /// Accepts the result of a step. Returns the prefixes that were not known before.
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
