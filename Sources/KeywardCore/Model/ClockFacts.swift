/// The effects on keys of accepting the wall clock.
package struct ClockFacts: Hashable, Sendable {
    /// The time of decisions before and after.
    package var from: Instant
    package var to: Instant
    /// Keys that are refused before and verify after.
    package var verifyAgain = KeyGroup()
    /// Keys that verify before and have ended after.
    package var stopVerifying = KeyGroup()
    /// Keys that were verified while the clock was ahead; the last use counts as of now.
    package var verifiedMeanwhile = KeyGroup()
    /// Keys that were created, rotated, disabled, revoked or given another expiry while the clock was ahead.
    package var changedMeanwhile = KeyGroup()
    /// The part of the accepted time that nobody has measured.
    package var unproven: Instant.Span

    package init(from: Instant, to: Instant, unproven: Instant.Span) {
        (self.from, self.to, self.unproven) = (from, to, unproven)
    }

    /// Whether stored times are ahead of the clock.
    package var setsBack: Bool { to < from }
}

/// A number of keys, and the names and prefixes of the first of them.
package struct KeyGroup: Hashable, Sendable {
    /// The largest number of named keys.
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
