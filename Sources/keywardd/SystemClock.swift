internal import Glibc
internal import KeywardBase
internal import KeywardCore
internal import KeywardServer
internal import Synchronization

/// The system's clocks, and the instant for decisions that is derived from them.
final class SystemClock: Sendable {
    private let clock: Mutex<DecisionClock>
    /// An instant that has certainly passed.
    let earliest: Instant

    /// Continues the clock of an earlier process; `mark` is the latest stored instant of a decision.
    init(mark: Instant, stored: ClockRecord?, bound: Instant.Span) {
        earliest = BootIdentity.earliest
        clock = Mutex(
            DecisionClock(
                wall: Self.wall(), bootTime: Self.bootTime(), mark: mark, bound: bound, stored: stored,
                boot: BootIdentity.current, earliest: earliest))
    }

    /// Sets a new bound for the lead of the wall clock.
    func adopt(bound: Instant.Span) {
        clock.withLock { $0.bound = bound }
    }

    /// The current instant for decisions.
    func now() -> Instant {
        clock.withLock { $0.now(wall: Self.wall(), bootTime: Self.bootTime()) }
    }

    /// The clock as the server uses it.
    var guarded: ClockGuard {
        ClockGuard(
            check: { [self] in clock.withLock { $0.check(wall: Self.wall(), bootTime: Self.bootTime()) } },
            accept: { [self] in clock.withLock { $0.accept(wall: Self.wall(), bootTime: Self.bootTime()) } },
            believed: { [self] in clock.withLock { max($0.mark, Self.wall()) } },
            readings: { [self] in clock.withLock { Self.readings($0) } },
            toStore: { [self] in clock.withLock { $0.toStore } },
            noteStored: { [self] record in clock.withLock { $0.noteStored(record) } },
            accepting: { [self] in clock.withLock { $0.accepting(wall: Self.wall(), bootTime: Self.bootTime()) } },
            adopt: { [self] record in clock.withLock { $0.adopt(record) } }, earliest: earliest)
    }

    private static func readings(_ clock: DecisionClock) -> ClockReadings {
        let wall = wall()
        return ClockReadings(
            lead: clock.lead(wall: wall, bootTime: bootTime()),
            markAhead: clock.markAhead(of: wall), unproven: clock.unproven)
    }

    /// The wall clock (CLOCK_REALTIME).
    static func wall() -> Instant { Instant(milliseconds: milliseconds(CLOCK_REALTIME)) }

    /// The wall clock for a file name: `20261127T143000Z`.
    static func stamp() -> String {
        var (seconds, parts) = (time(nil), tm())
        gmtime_r(&seconds, &parts)
        var text = [CChar](repeating: 0, count: 32)
        let count = strftime(&text, text.count, "%Y%m%dT%H%M%SZ", &parts)
        return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// An instant in RFC 3339 form: `2026-11-27T13:00:01Z`.
    static func text(_ instant: Instant) -> String {
        var (seconds, parts) = (time_t(instant.milliseconds / 1_000), tm())
        gmtime_r(&seconds, &parts)
        var text = [CChar](repeating: 0, count: 32)
        let count = strftime(&text, text.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
        return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The time since boot, including suspension (CLOCK_BOOTTIME).
    static func bootTime() -> Instant.Span { Instant.Span(milliseconds: milliseconds(CLOCK_BOOTTIME)) }

    /// The time since a fixed moment (CLOCK_MONOTONIC).
    static func monotonic() -> Duration { .milliseconds(MonotonicClock.now()) }

    private static func milliseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}
