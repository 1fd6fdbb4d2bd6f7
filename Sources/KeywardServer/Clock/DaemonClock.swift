import KeywardCore
import Synchronization

/// The clock that decides: what it shows, and what is known, stored and reported of it.
final class DaemonClock: Sendable {
    private struct State: Sendable {
        /// When the daemon started, by the clock that decides now.
        var startedAt: Instant
        /// What was last reported, and when.
        var reported = ClockState.agrees
        var reportedAt = Instant.distantPast
    }

    /// The instant that decides now.
    let now: @Sendable () -> Instant
    /// What is known of the wall clock.
    let guarded: ClockGuard
    private let authority: Authority
    private let report: @Sendable (DaemonEvent) -> Void
    private let state: Mutex<State>

    init(
        _ guarded: ClockGuard, now: @escaping @Sendable () -> Instant, startedAt: Instant, _ authority: Authority,
        report: @escaping @Sendable (DaemonEvent) -> Void
    ) {
        self.guarded = guarded
        self.now = now
        self.authority = authority
        self.report = report
        state = Mutex(State(startedAt: startedAt))
    }

    /// When the daemon started, by the clock that decides now.
    var startedAt: Instant { state.withLock { $0.startedAt } }

    /// Reports when the wall clock is wrong, and when it is believed again; stores what a next start must know. The
    /// maintenance queue calls it.
    func check() {
        let found = guarded.check()
        keep()
        if isNews(found, at: now()) { report(.clock(found)) }
    }

    /// Stores the clock as it is believed. What cannot be stored now is tried again with the next check.
    private func keep() {
        guard let record = guarded.toStore() else { return }
        do throws(Refusal) {
            try authority.keepClock(record, at: now())
            guarded.noteStored(record)
        } catch {}
    }

    /// The clock was set by `span`. The audit trail has that: its new state is not reported too.
    func wasSet(by span: Instant.Span) {
        state.withLock { state in
            state.startedAt = state.startedAt + span
            state.reportedAt = .distantPast
        }
        _ = isNews(guarded.check(), at: now())
    }

    /// Whether the state of the clock is to be reported: it is another, or it is off for another day.
    private func isNews(_ found: ClockState, at now: Instant) -> Bool {
        state.withLock { state in
            let isSame =
                switch (found, state.reported) {
                case (.agrees, .agrees): true
                case (.leads, .leads), (.lags, .lags): now < state.reportedAt + .days(1)
                default: false
                }
            if !isSame { (state.reported, state.reportedAt) = (found, now) }
            return !isSame
        }
    }
}
