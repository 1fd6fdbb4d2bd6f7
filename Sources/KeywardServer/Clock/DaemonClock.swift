import KeywardCore
import Synchronization

/// The decision clock: its time, and its known, stored and reported state.
final class DaemonClock: Sendable {
    private struct State: Sendable {
        /// When the daemon started, on the current decision clock.
        var startedAt: Instant
        /// The last reported state, and when it was reported.
        var reported = ClockState.agrees
        var reportedAt = Instant.distantPast
    }

    /// The instant for decisions now.
    let now: @Sendable () -> Instant
    /// The access to the wall clock.
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

    /// When the daemon started, on the current decision clock.
    var startedAt: Instant { state.withLock { $0.startedAt } }

    /// Reports when the wall clock is wrong, and when it is trusted again; stores the clock for the next start. Called
    /// on the maintenance queue.
    func check() {
        let found = guarded.check()
        keep()
        if isNews(found, at: now()) { report(.clock(found)) }
    }

    /// Stores the clock. If that fails, the next check tries again.
    private func keep() {
        guard let record = guarded.toStore() else { return }
        do throws(Refusal) {
            try authority.keepClock(record, at: now())
            guarded.noteStored(record)
        } catch {}
    }

    /// The clock was set by `span`. The audit trail records that, so its new state is not reported.
    func wasSet(by span: Instant.Span) {
        state.withLock { state in
            state.startedAt = state.startedAt + span
            state.reportedAt = .distantPast
        }
        _ = isNews(guarded.check(), at: now())
    }

    /// Whether to report the state of the clock: it has changed, or it is wrong for another day.
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
