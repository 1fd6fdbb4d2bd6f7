/// What it means for the keys that the wall clock is accepted.
package struct ClockFacts: Hashable, Sendable {
    /// The instant that decides before, and after.
    package var from: Instant
    package var to: Instant
    /// Keys that are refused before and verify after.
    package var verifyAgain = KeyGroup()
    /// Keys that verify before and are over after.
    package var stopVerifying = KeyGroup()
    /// Keys that were verified while the clock was ahead; the last use counts as of now.
    package var verifiedMeanwhile = KeyGroup()
    /// Keys that were created, rotated, disabled, revoked or given another expiry while the clock was ahead.
    package var changedMeanwhile = KeyGroup()
    /// How much of the time that is believed nobody has measured, until it is accepted.
    package var unproven: Instant.Span

    package init(from: Instant, to: Instant, unproven: Instant.Span) {
        (self.from, self.to, self.unproven) = (from, to, unproven)
    }

    /// Whether times that were written are ahead of the clock.
    package var setsBack: Bool { to < from }
}

/// Keys: how many, and what people know the first of them by.
package struct KeyGroup: Hashable, Sendable {
    /// How many are named.
    package static let most = 100

    package private(set) var count = 0
    /// In the order of their creation.
    package private(set) var first: [Mention] = []

    package init() {}

    package struct Mention: Hashable, Sendable {
        package var id: String
        package var prefix: String
        package var name: String
        package var workspace: String
    }

    mutating func add(_ key: KeyRecord, in workspace: String) {
        count += 1
        guard first.count < Self.most else { return }
        first.append(Mention(id: key.id, prefix: key.prefix, name: key.name, workspace: workspace))
    }
}
