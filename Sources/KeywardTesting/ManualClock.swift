package import KeywardCore

/// A clock that stands still until it is told to go on.
package struct ManualClock: Sendable {
    package private(set) var now: Instant

    /// Shows 2026-03-01T12:00:00Z unless told.
    package init(now: Instant = Instant(milliseconds: 1_772_366_400_000)) {
        self.now = now
    }

    package mutating func advance(by span: Instant.Span) {
        now = now + span
    }

    /// Goes to `instant`, which is not in the past.
    package mutating func advance(to instant: Instant) {
        precondition(instant >= now)
        now = instant
    }
}
