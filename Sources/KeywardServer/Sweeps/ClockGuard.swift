package import KeywardCore

/// What the composition root tells of the wall clock, so that nothing else reads one.
package struct ClockGuard: Sendable {
    /// Whether the wall clock agrees with the time that has passed since boot.
    package var check: @Sendable () -> ClockState
    /// Believes the wall clock, whatever it shows.
    package var accept: @Sendable () -> Void
    /// The instant that would decide if it was believed.
    package var believed: @Sendable () -> Instant

    package init(
        check: @escaping @Sendable () -> ClockState, accept: @escaping @Sendable () -> Void,
        believed: @escaping @Sendable () -> Instant
    ) {
        self.check = check
        self.accept = accept
        self.believed = believed
    }
}
