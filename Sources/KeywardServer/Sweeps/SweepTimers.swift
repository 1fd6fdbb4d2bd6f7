@preconcurrency import Dispatch
import KeywardCore
import Synchronization

/// A timer for each sweep, and the sweeps' lanes. The maintenance queue alone begins and ends runs.
final class SweepTimers: Sendable {
    private let runStates = Mutex<[Sweep: SweepRunState]>(
        Dictionary(uniqueKeysWithValues: Sweep.allCases.map { ($0, SweepRunState()) }))
    private let timers: [Sweep: DispatchSourceTimer]
    /// What was last told of the clock, and when.
    private let clock = Mutex<(state: ClockState, at: Instant)>((.agrees, .distantPast))

    /// Timers that do not fire before they are set.
    init(queue: DispatchQueue) {
        timers = Dictionary(
            uniqueKeysWithValues: Sweep.allCases.map { ($0, DispatchSource.makeTimerSource(queue: queue)) })
        // A source that was never active must not be let go; of one without a handler Dispatch complains in the journal.
        for timer in timers.values {
            timer.setEventHandler {}
            timer.activate()
        }
    }

    /// Looks at a lane, or changes it.
    func withRunState<R: Sendable>(_ sweep: Sweep, _ body: (inout SweepRunState) -> R) -> R {
        runStates.withLock { body(&$0[sweep]!) }
    }

    /// Has `fire` called whenever a timer fires.
    func onTick(_ fire: @escaping @Sendable (Sweep) -> Void) {
        for (sweep, timer) in timers { timer.setEventHandler { fire(sweep) } }
    }

    /// Sets a timer, in place of what it was set to.
    func set(_ sweep: Sweep, in pause: Instant.Span, from now: Instant) {
        withRunState(sweep) { $0.firesAt = now + pause }
        timers[sweep]?.schedule(deadline: .now() + .milliseconds(Int(pause.milliseconds)), leeway: .milliseconds(5))
    }

    /// Ends everything; those who still wait for a report.
    func cancel() -> [SweepRunState.Request] {
        timers.values.forEach { $0.cancel() }
        return Sweep.allCases.flatMap { sweep in withRunState(sweep) { $0.dismiss() } }
    }

    /// Forgets when what was told: the clock was set.
    func forgetTimes() {
        for sweep in Sweep.allCases { withRunState(sweep) { $0.forgetTimes() } }
        clock.withLock { $0.at = .distantPast }
    }

    /// Whether the state of the clock is to be told of: it is another, or it is off for another day.
    func isNews(_ state: ClockState, at now: Instant) -> Bool {
        clock.withLock { reported in
            let isSame =
                switch (state, reported.state) {
                case (.agrees, .agrees): true
                case (.leads, .leads), (.lags, .lags): now < reported.at + .days(1)
                default: false
                }
            if !isSame { reported = (state, now) }
            return !isSame
        }
    }
}
