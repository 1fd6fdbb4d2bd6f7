/// Reports each kind of notice at once, and then at most once a minute with the number since.
package struct NoticeThrottle: Sendable {
    package typealias Instant = ContinuousClock.Instant

    private struct Entry: Sendable {
        var count = 0
        var reportedAt: Instant?
    }

    /// Between two reports of a kind.
    private static let pause = Duration.seconds(60)

    private var entries: [GatewayNotice: Entry] = [:]

    package init() {}

    /// Counts an event. Returns the number to report now.
    package mutating func count(_ notice: GatewayNotice, at now: Instant) -> Int? {
        entries[notice, default: Entry()].count += 1
        return take(notice, at: now)
    }

    /// The counted events whose report is due.
    package mutating func takeDue(at now: Instant) -> [(notice: GatewayNotice, count: Int)] {
        GatewayNotice.allCases.compactMap { notice in take(notice, at: now).map { (notice, $0) } }
    }

    private mutating func take(_ notice: GatewayNotice, at now: Instant) -> Int? {
        guard var entry = entries[notice], entry.count > 0, entry.reportedAt.map({ $0 + Self.pause <= now }) ?? true
        else { return nil }
        defer { entries[notice] = entry }
        let count = entry.count
        entry = Entry(count: 0, reportedAt: now)
        return count
    }
}
