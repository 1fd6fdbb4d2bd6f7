package import KeywardCore

/// The decision clock's functions from the composition root, so that nothing else reads a clock.
package struct ClockGuard: Sendable {
    /// Whether the wall clock agrees with the time that has passed.
    package var check: @Sendable () -> ClockState
    /// Trusts a wall clock that is ahead, and the time for which the host was off.
    package var accept: @Sendable () -> Void
    /// The instant for decisions if it were trusted.
    package var believed: @Sendable () -> Instant
    /// The clock's measurements.
    package var readings: @Sendable () -> ClockReadings
    /// The record to store; `nil` if it is stored.
    package var toStore: @Sendable () -> ClockRecord?
    /// The record is stored.
    package var noteStored: @Sendable (ClockRecord) -> Void
    /// The record to store before the wall clock is trusted, whatever it shows.
    package var accepting: @Sendable () -> ClockRecord
    /// The record is stored: trusts its wall clock, and sets the mark back to it if it is later.
    package var adopt: @Sendable (ClockRecord) -> Void
    /// An instant that has certainly passed.
    package var earliest: Instant

    package init(
        check: @escaping @Sendable () -> ClockState, accept: @escaping @Sendable () -> Void,
        believed: @escaping @Sendable () -> Instant,
        readings: @escaping @Sendable () -> ClockReadings = { ClockReadings() },
        toStore: @escaping @Sendable () -> ClockRecord? = { nil },
        noteStored: @escaping @Sendable (ClockRecord) -> Void = { _ in },
        accepting: (@Sendable () -> ClockRecord)? = nil,
        adopt: @escaping @Sendable (ClockRecord) -> Void = { _ in },
        earliest: Instant = .distantPast
    ) {
        self.check = check
        self.accept = accept
        self.believed = believed
        self.readings = readings
        self.toStore = toStore
        self.noteStored = noteStored
        let none = Instant.Span(milliseconds: 0)
        self.accepting =
            accepting ?? { ClockRecord(wall: believed(), bootTime: none, boot: "", unproven: none) }
        self.adopt = adopt
        self.earliest = earliest
    }
}

/// The measurements of the decision clock.
package struct ClockReadings: Hashable, Sendable {
    /// How far the wall clock is ahead of its expected time; negative if it is behind.
    package var lead = Instant.Span(milliseconds: 0)
    /// How far the latest instant of a decision is ahead of the wall clock; 0 if it is not.
    package var markAhead = Instant.Span(milliseconds: 0)
    /// The part of the trusted time that nobody has measured.
    package var unproven = Instant.Span(milliseconds: 0)

    package init() {}

    package init(lead: Instant.Span, markAhead: Instant.Span, unproven: Instant.Span) {
        (self.lead, self.markAhead, self.unproven) = (lead, markAhead, unproven)
    }
}
