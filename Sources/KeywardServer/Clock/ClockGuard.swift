package import KeywardCore

/// What the composition root tells of the clock that decides, so that nothing else reads one.
package struct ClockGuard: Sendable {
    /// Whether the wall clock agrees with the time that has passed.
    package var check: @Sendable () -> ClockState
    /// Believes a wall clock that leads, and the time for which the host was off.
    package var accept: @Sendable () -> Void
    /// The instant that would decide if it was believed.
    package var believed: @Sendable () -> Instant
    /// How the clock stands, in figures.
    package var readings: @Sendable () -> ClockReadings
    /// What is to be stored of the clock; `nil` if it is stored.
    package var toStore: @Sendable () -> ClockRecord?
    /// That is stored.
    package var noteStored: @Sendable (ClockRecord) -> Void
    /// What is to be stored before the wall clock is believed, whatever it shows.
    package var accepting: @Sendable () -> ClockRecord
    /// That is stored: the wall clock is believed, and later instants have not decided.
    package var adopt: @Sendable (ClockRecord) -> Void
    /// An instant that has passed for sure.
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

/// How the clock that decides stands.
package struct ClockReadings: Hashable, Sendable {
    /// How far the wall clock is ahead of what it should show; less than 0 if it is behind.
    package var lead = Instant.Span(milliseconds: 0)
    /// How far the latest instant that has decided is ahead of the wall clock; 0 if it is not.
    package var markAhead = Instant.Span(milliseconds: 0)
    /// How much of the time that is believed nobody has measured.
    package var unproven = Instant.Span(milliseconds: 0)

    package init() {}

    package init(lead: Instant.Span, markAhead: Instant.Span, unproven: Instant.Span) {
        (self.lead, self.markAhead, self.unproven) = (lead, markAhead, unproven)
    }
}
