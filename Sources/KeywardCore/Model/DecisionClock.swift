/// The instant that decides: never earlier than one that has decided before, never far ahead of the time that has
/// really passed.
///
/// `max(mark, min(wall clock, anchor + boot-time elapsed + bound))`: a clock that went backwards revives nothing,
/// one that leapt ahead kills nothing for good.
package struct DecisionClock: Sendable {
    /// The latest instant that has decided.
    package private(set) var mark: Instant
    private let anchor: Instant
    private let anchorBootTime: Instant.Span
    /// How far the wall clock may lead before its lead is disbelieved.
    package var bound: Instant.Span

    /// Anchors the clock at `wall`, while the boot-time clock shows `bootTime`; `mark` is the stored one.
    package init(wall: Instant, bootTime: Instant.Span, mark: Instant, bound: Instant.Span) {
        self.mark = mark
        self.bound = bound
        anchor = wall
        anchorBootTime = bootTime
    }

    /// The instant that decides now.
    package mutating func now(wall: Instant, bootTime: Instant.Span) -> Instant {
        mark = max(mark, min(wall, latest(at: bootTime)))
        return mark
    }

    /// Whether the wall clock leads by more than the bound.
    package func leads(wall: Instant, bootTime: Instant.Span) -> Bool {
        wall > latest(at: bootTime)
    }

    private func latest(at bootTime: Instant.Span) -> Instant {
        anchor + Instant.Span(milliseconds: bootTime.milliseconds - anchorBootTime.milliseconds + bound.milliseconds)
    }
}
