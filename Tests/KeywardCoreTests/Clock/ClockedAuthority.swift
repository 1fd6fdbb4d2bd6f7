import KeywardCore
import KeywardTesting

/// An authority with a wall clock that may be wrong, on a host that is switched off at times.
///
/// It uses the clock like the daemon: it sweeps at every step, as far as the clock is trusted, and an operator accepts
/// the clock.
final class ClockedAuthority {
    let fixture: AuthorityFixture
    private(set) var clock: DecisionClock
    /// The real time.
    private(set) var time: Instant
    /// The error of the wall clock.
    var fault = Instant.Span(milliseconds: 0)
    private var bootTime: Instant.Span = .seconds(100)
    private var boot = 1

    static let bound: Instant.Span = .seconds(300)

    /// A first start at `time`, with a wall clock that is off by `fault`.
    init(at time: Instant, fault: Instant.Span = Instant.Span(milliseconds: 0), policy: Policy) throws {
        (self.time, self.fault) = (time, fault)
        fixture = try AuthorityFixture(policy: policy)
        clock = DecisionClock(
            wall: time + fault, bootTime: bootTime, mark: .distantPast, bound: Self.bound, boot: "1",
            earliest: time)
        try tick()
    }

    var wall: Instant { time + fault }
    var state: ClockState { clock.check(wall: wall, bootTime: bootTime) }
    /// Whether the instant for decisions is correct.
    var isRight: Bool { state == .agrees && now == time }

    /// The current instant for decisions, which the fixture uses from then on.
    var now: Instant {
        let now = clock.now(wall: wall, bootTime: bootTime)
        fixture.clock = ManualClock(now: now)
        return now
    }

    /// Time passes while the host runs.
    func pass(_ span: Instant.Span) throws {
        time = time + span
        bootTime.milliseconds += span.milliseconds
        try tick()
    }

    /// The daemon stops and starts again; if the host was `off`, in another boot.
    func restart(off: Instant.Span? = nil, fault: Instant.Span? = nil) throws {
        try tick()
        if let off {
            time = time + off
            bootTime = .seconds(30)
            boot += 1
        }
        if let fault { self.fault = fault }
        let state = try fixture.store.loadState()
        clock = DecisionClock(
            wall: wall, bootTime: bootTime, mark: state.mark, bound: Self.bound, stored: state.clock, boot: "\(boot)")
        _ = now
        try fixture.restart(flushing: false)
        try tick()
    }

    /// Stores everything due, and sweeps.
    func tick() throws {
        let (state, now) = (state, now)
        if let record = clock.toStore {
            try fixture.authority.keepClock(record, at: now)
            clock.noteStored(record)
        }
        try fixture.flush()
        for sweep in Sweep.allCases {
            _ = try fixture.authority.sweep(
                sweep, at: now, limit: 100, clock: state, unproven: clock.unproven)
        }
    }

    /// An operator accepts the wall clock.
    func accept() throws -> ClockFacts {
        try fixture.flush()
        let record = clock.accepting(wall: wall, bootTime: bootTime)
        let facts = fixture.authority.clockFacts(from: now, to: record.wall, unproven: clock.unproven)
        try fixture.authority.acceptClock(record, facts, by: .root) {}
        clock.adopt(record)
        try tick()
        return facts
    }
}
