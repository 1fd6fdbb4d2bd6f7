/// The instant that decides: never earlier than one that has decided before, never far ahead of the time that has
/// really passed.
///
/// `max(mark, min(wall clock, anchor + boot-time elapsed + bound))`: a clock that went backwards revives nothing,
/// one that leapt ahead kills nothing for good.
package struct DecisionClock: Sendable {
    /// The latest instant that has decided.
    package private(set) var mark: Instant
    private var anchor: Instant
    private var anchorBootTime: Instant.Span
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

    /// Whether the wall clock agrees with the time that has passed. One that went back is believed again once it has
    /// come to the latest instant that has decided: from there on nothing can be too early.
    package mutating func check(wall: Instant, bootTime: Instant.Span) -> ClockState {
        let lead = wall - expected(at: bootTime)
        if lead > bound { return .leads(by: lead) }
        guard lead.milliseconds < -bound.milliseconds else { return .agrees }
        if wall < mark { return .lags(by: Instant.Span(milliseconds: -lead.milliseconds)) }
        accept(wall: wall, bootTime: bootTime)
        return .agrees
    }

    /// Believes the wall clock, whatever it shows.
    package mutating func accept(wall: Instant, bootTime: Instant.Span) {
        (anchor, anchorBootTime) = (wall, bootTime)
    }

    private func latest(at bootTime: Instant.Span) -> Instant { expected(at: bootTime) + bound }

    /// What the wall clock should show.
    private func expected(at bootTime: Instant.Span) -> Instant {
        anchor + Instant.Span(milliseconds: bootTime.milliseconds - anchorBootTime.milliseconds)
    }
}

/// Whether the wall clock agrees with the time that has passed since it was last believed.
package enum ClockState: Hashable, Sendable {
    case agrees
    /// It has leapt ahead, by more than the bound.
    case leads(by: Instant.Span)
    /// It has gone back, by more than the bound, and has not caught up yet.
    case lags(by: Instant.Span)
}
