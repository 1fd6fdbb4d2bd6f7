/// The instant that decides: never earlier than one that has decided before, never far ahead of the time that has
/// really passed.
///
/// `max(mark, min(wall clock, anchor + boot-time elapsed + bound))`: a clock that went backwards revives nothing,
/// one that leapt ahead kills nothing for good. The anchor outlives the process (``ClockRecord``), so that a start is
/// no reason to believe the wall clock: within one boot the time that has passed is known, and across boots the wall
/// clock is believed up to ``longestOff`` ahead. What such a gap adds is not proven (``unproven``), and what cannot be
/// taken back does not count on it.
package struct DecisionClock: Sendable {
    /// How far the wall clock may be ahead of the last time that was believed, in another boot of the host.
    package static let longestOff: Instant.Span = .days(366)

    /// The latest instant that has decided.
    package private(set) var mark: Instant
    /// How far the wall clock may lead before its lead is disbelieved.
    package var bound: Instant.Span
    /// How much of the time that is believed nobody has measured: the host was off, as far as the wall clock tells.
    package private(set) var unproven: Instant.Span
    private var anchor: Instant
    private var anchorBootTime: Instant.Span
    private let boot: String
    /// Whether the anchor is a wall clock that was believed in this boot, so that the time since then is exact. Else
    /// no less time has passed, and perhaps more.
    private var isAnchored: Bool
    /// What is stored of it.
    private var stored: ClockRecord?

    /// Anchors the clock.
    ///
    /// - Parameters:
    ///   - wall: what the wall clock shows.
    ///   - bootTime: what the boot-time clock shows.
    ///   - mark: the stored one; `.distantPast` at a first start.
    ///   - stored: the anchor that an earlier process has left.
    ///   - boot: names this boot of the host; empty if it is not known.
    ///   - earliest: an instant that has passed for sure. A first start does not believe an earlier wall clock.
    package init(
        wall: Instant, bootTime: Instant.Span, mark: Instant, bound: Instant.Span, stored: ClockRecord? = nil,
        boot: String = "", earliest: Instant = .distantPast
    ) {
        self.mark = mark
        self.bound = bound
        self.boot = boot
        self.stored = stored
        unproven = stored?.unproven ?? Instant.Span(milliseconds: 0)
        if let stored, !boot.isEmpty, stored.boot == boot, stored.bootTime <= bootTime {
            (anchor, anchorBootTime, isAnchored) = (stored.wall, stored.bootTime, true)
        } else if let last = [stored?.wall, mark].compactMap({ $0 }).max(), last != .distantPast {
            (anchor, anchorBootTime, isAnchored) = (last, bootTime, false)
        } else {
            (anchor, anchorBootTime, isAnchored) = (max(wall, earliest), bootTime, wall >= earliest)
            if !isAnchored { self.mark = earliest }
        }
        settle(wall: wall, bootTime: bootTime)
    }

    /// The instant that decides now.
    package mutating func now(wall: Instant, bootTime: Instant.Span) -> Instant {
        mark = max(mark, min(wall, latest(at: bootTime)))
        return mark
    }

    /// Whether the wall clock agrees with the time that has passed. One that went back is believed again once it has
    /// come to the latest instant that has decided: from there on nothing can be too early.
    package mutating func check(wall: Instant, bootTime: Instant.Span) -> ClockState {
        settle(wall: wall, bootTime: bootTime)
        let lead = wall - expected(at: bootTime)
        if lead > bound { return .leads(by: lead) }
        let markAhead = markAhead(of: wall)
        let lag = max(Instant.Span(milliseconds: -lead.milliseconds), markAhead)
        // The mark may be ahead of what the wall clock should show, and that of the wall clock, each by the bound.
        let isBehind = lead.milliseconds < -bound.milliseconds || markAhead.milliseconds > 2 * bound.milliseconds
        guard isBehind else { return .agrees }
        if wall < mark { return .lags(by: lag) }
        anchor(at: wall, bootTime)
        return .agrees
    }

    /// How far the wall clock is ahead of what it should show; less than 0 if it is behind.
    package func lead(wall: Instant, bootTime: Instant.Span) -> Instant.Span { wall - expected(at: bootTime) }

    /// How far the latest instant that has decided is ahead of the wall clock; 0 if it is not.
    package func markAhead(of wall: Instant) -> Instant.Span {
        mark > wall ? mark - wall : Instant.Span(milliseconds: 0)
    }

    /// Believes a wall clock that leads, and the time for which the host was off. The mark stays: what it has decided
    /// is not taken back.
    package mutating func accept(wall: Instant, bootTime: Instant.Span) {
        guard wall >= mark else { return }
        anchor(at: wall, bootTime)
        unproven = Instant.Span(milliseconds: 0)
    }

    /// What is to be stored before the wall clock is believed, whatever it shows (``adopt(_:)``).
    package func accepting(wall: Instant, bootTime: Instant.Span) -> ClockRecord {
        ClockRecord(wall: wall, bootTime: bootTime, boot: boot, unproven: Instant.Span(milliseconds: 0))
    }

    /// Believes the wall clock of a record that is stored, and takes back later instants that have decided.
    package mutating func adopt(_ record: ClockRecord) {
        anchor(at: record.wall, record.bootTime)
        mark = min(mark, record.wall)
        unproven = record.unproven
        stored = record
    }

    /// What is to be stored of it; `nil` if it is stored, or if the wall clock was not believed in this boot yet.
    package var toStore: ClockRecord? {
        let record = ClockRecord(wall: anchor, bootTime: anchorBootTime, boot: boot, unproven: unproven)
        return isAnchored && record != stored ? record : nil
    }

    /// `record` is stored.
    package mutating func noteStored(_ record: ClockRecord) {
        stored = record
    }

    /// In another boot, believes a wall clock that is ahead of the last believed time by no more than hosts are off.
    private mutating func settle(wall: Instant, bootTime: Instant.Span) {
        guard !isAnchored else { return }
        let lead = wall - expected(at: bootTime)
        guard lead <= Self.longestOff, lead.milliseconds >= -bound.milliseconds else { return }
        if lead > bound { unproven.milliseconds += lead.milliseconds }
        anchor(at: wall, bootTime)
    }

    private mutating func anchor(at wall: Instant, _ bootTime: Instant.Span) {
        (anchor, anchorBootTime, isAnchored) = (wall, bootTime, true)
    }

    private func latest(at bootTime: Instant.Span) -> Instant { expected(at: bootTime) + bound }

    /// What the wall clock should show.
    private func expected(at bootTime: Instant.Span) -> Instant {
        anchor + Instant.Span(milliseconds: bootTime.milliseconds - anchorBootTime.milliseconds)
    }
}

/// What outlives a process of the clock that decides.
package struct ClockRecord: Hashable, Sendable {
    /// A wall clock that was believed.
    package var wall: Instant
    /// What the boot-time clock showed then.
    package var bootTime: Instant.Span
    /// Names the boot of the host in which that was; empty if it is not known.
    package var boot: String
    /// How much of the time until `wall` nobody has measured.
    package var unproven: Instant.Span

    package init(wall: Instant, bootTime: Instant.Span, boot: String, unproven: Instant.Span) {
        (self.wall, self.bootTime, self.boot, self.unproven) = (wall, bootTime, boot, unproven)
    }
}

/// Whether the wall clock agrees with the time that has passed since it was last believed.
package enum ClockState: Hashable, Sendable {
    case agrees
    /// It has leapt ahead, by more than the bound.
    case leads(by: Instant.Span)
    /// It has gone back, by more than the bound, and has not caught up yet; or it is that far behind the latest instant
    /// that has decided.
    case lags(by: Instant.Span)
}
