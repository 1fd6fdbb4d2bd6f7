package import KeywardCore

/// A clock that only a test advances.
package struct ManualClock: Sendable {
    package private(set) var now: Instant

    /// Shows 2026-03-01T12:00:00Z by default.
    package init(now: Instant = Instant(milliseconds: 1_772_366_400_000)) {
        self.now = now
    }

    package mutating func advance(by span: Instant.Span) {
        now = now + span
    }

    /// Advances to `instant`, which must not be in the past.
    package mutating func advance(to instant: Instant) {
        precondition(instant >= now)
        now = instant
    }
}
