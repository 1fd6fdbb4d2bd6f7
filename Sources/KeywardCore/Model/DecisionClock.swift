/// The clock for decisions: never earlier than an instant of an earlier decision, never far ahead of the time that has
/// really passed.
///
/// `max(mark, min(wall clock, anchor + boot-time elapsed + bound))`: a clock that went back revives nothing, and one
/// that leapt ahead ends nothing permanently. The anchor outlives the process (``ClockRecord``), so that a restart does
/// not make the wall clock trusted. Within one boot the elapsed time is known. Across boots the wall clock is trusted
/// up to ``longestOff`` ahead. Such a gap is not proven (``unproven``), and irreversible actions do not count on it.
package struct DecisionClock: Sendable {
    /// How far the wall clock may be ahead of the last trusted time, in another boot of the host.
    package static let longestOff: Instant.Span = .days(366)

    /// The latest instant of a decision.
    package private(set) var mark: Instant
    /// How far the wall clock may be ahead before it is considered wrong.
    package var bound: Instant.Span
    /// The part of the trusted time that nobody has measured: the host was off, according to the wall clock.
    package private(set) var unproven: Instant.Span
    private var anchor: Instant
    private var anchorBootTime: Instant.Span
    private let boot: String
    /// Whether the anchor is a wall clock that was trusted in this boot, so that the time since then is exact.
    /// Otherwise at least that much time has passed.
    private var isAnchored: Bool
    /// The stored record.
    private var stored: ClockRecord?

    /// Anchors the clock.
    ///
    /// - Parameters:
    ///   - wall: the wall clock.
    ///   - bootTime: the boot-time clock.
    ///   - mark: the stored mark; `.distantPast` at a first start.
    ///   - stored: the anchor from an earlier process.
    ///   - boot: identifies this boot of the host; empty if it is unknown.
    ///   - earliest: an instant that has certainly passed. A first start does not trust an earlier wall clock.
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

    /// The instant for decisions now.
    package mutating func now(wall: Instant, bootTime: Instant.Span) -> Instant {
        mark = max(mark, min(wall, latest(at: bootTime)))
        return mark
    }

    /// Whether the wall clock agrees with the time that has passed. One that went back is trusted again once it has
    /// reached the latest instant of a decision: from there on nothing can be too early.
    package mutating func check(wall: Instant, bootTime: Instant.Span) -> ClockState {
        settle(wall: wall, bootTime: bootTime)
        let lead = wall - expected(at: bootTime)
        if lead > bound { return .leads(by: lead) }
        let markAhead = markAhead(of: wall)
        let lag = max(Instant.Span(milliseconds: -lead.milliseconds), markAhead)
        // The mark may be ahead of the expected wall clock, and that of the wall clock, each by the bound.
        let isBehind = lead.milliseconds < -bound.milliseconds || markAhead.milliseconds > 2 * bound.milliseconds
        guard isBehind else { return .agrees }
        if wall < mark { return .lags(by: lag) }
        anchor(at: wall, bootTime)
        return .agrees
    }

    /// How far the wall clock is ahead of its expected time; negative if it is behind.
    package func lead(wall: Instant, bootTime: Instant.Span) -> Instant.Span { wall - expected(at: bootTime) }

    /// How far the latest instant of a decision is ahead of the wall clock; 0 if it is not.
    package func markAhead(of wall: Instant) -> Instant.Span {
        mark > wall ? mark - wall : Instant.Span(milliseconds: 0)
    }

    /// Trusts a wall clock that is ahead, and the time for which the host was off. The mark stays: its decisions are
    /// not reversed.
    package mutating func accept(wall: Instant, bootTime: Instant.Span) {
        guard wall >= mark else { return }
        anchor(at: wall, bootTime)
        unproven = Instant.Span(milliseconds: 0)
    }

    /// The record to store before the wall clock is trusted, whatever it shows (``adopt(_:)``).
    package func accepting(wall: Instant, bootTime: Instant.Span) -> ClockRecord {
        ClockRecord(wall: wall, bootTime: bootTime, boot: boot, unproven: Instant.Span(milliseconds: 0))
    }

    /// Trusts the wall clock of a stored record, and sets the mark back to it if it is later.
    package mutating func adopt(_ record: ClockRecord) {
        anchor(at: record.wall, record.bootTime)
        mark = min(mark, record.wall)
        unproven = record.unproven
        stored = record
    }

    /// The record to store; `nil` if it is stored, or if the wall clock was not trusted in this boot yet.
    package var toStore: ClockRecord? {
        let record = ClockRecord(wall: anchor, bootTime: anchorBootTime, boot: boot, unproven: unproven)
        return isAnchored && record != stored ? record : nil
    }

    /// `record` is stored.
    package mutating func noteStored(_ record: ClockRecord) {
        stored = record
    }

    /// In another boot, trusts a wall clock that is ahead of the last trusted time by at most ``longestOff``.
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

    /// The expected wall clock.
    private func expected(at bootTime: Instant.Span) -> Instant {
        anchor + Instant.Span(milliseconds: bootTime.milliseconds - anchorBootTime.milliseconds)
    }
}

/// The part of the decision clock that outlives a process.
package struct ClockRecord: Hashable, Sendable {
    /// A wall clock that was trusted.
    package var wall: Instant
    /// The boot-time clock at that moment.
    package var bootTime: Instant.Span
    /// Identifies the boot of the host at that moment; empty if it is unknown.
    package var boot: String
    /// The part of the time until `wall` that nobody has measured.
    package var unproven: Instant.Span

    package init(wall: Instant, bootTime: Instant.Span, boot: String, unproven: Instant.Span) {
        (self.wall, self.bootTime, self.boot, self.unproven) = (wall, bootTime, boot, unproven)
    }
}

/// Whether the wall clock agrees with the time that has passed since it was last trusted.
package enum ClockState: Hashable, Sendable {
    case agrees
    /// It has leapt ahead, by more than the bound.
    case leads(by: Instant.Span)
    /// It has gone back, by more than the bound, and has not caught up yet. Or it is that far behind the latest instant
    /// of a decision.
    case lags(by: Instant.Span)
}
