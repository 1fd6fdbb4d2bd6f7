@preconcurrency import Dispatch
import KeywardCore
import Synchronization

/// A timer for each sweep, and the state of its runs. Only the maintenance queue begins and ends runs.
final class SweepTimers: Sendable {
    private let runStates = Mutex<[Sweep: SweepRunState]>(
        Dictionary(uniqueKeysWithValues: Sweep.allCases.map { ($0, SweepRunState()) }))
    private let timers: [Sweep: DispatchSourceTimer]

    /// Timers that do not fire before they are set.
    init(queue: MaintenanceQueue) {
        timers = Dictionary(uniqueKeysWithValues: Sweep.allCases.map { ($0, queue.makeTimer()) })
    }

    /// Reads or changes the state of a sweep's runs.
    func withRunState<R: Sendable>(_ sweep: Sweep, _ body: (inout SweepRunState) -> R) -> R {
        runStates.withLock { body(&$0[sweep]!) }
    }

    /// Sets `fire` to be called when a timer fires.
    func onTick(_ fire: @escaping @Sendable (Sweep) -> Void) {
        for (sweep, timer) in timers { timer.setEventHandler { fire(sweep) } }
    }

    /// Sets a timer, replacing its earlier time.
    func set(_ sweep: Sweep, in pause: Instant.Span, from now: Instant) {
        withRunState(sweep) { $0.firesAt = now + pause }
        timers[sweep]?.schedule(deadline: .now() + .milliseconds(Int(pause.milliseconds)), leeway: .milliseconds(5))
    }

    /// Cancels all timers. Returns the requests that still wait for a report.
    func cancel() -> [SweepRunState.Request] {
        timers.values.forEach { $0.cancel() }
        return Sweep.allCases.flatMap { sweep in withRunState(sweep) { $0.dismiss() } }
    }

    /// Resets the time of each last report: the clock was set.
    func forgetTimes() {
        for sweep in Sweep.allCases { withRunState(sweep) { $0.forgetTimes() } }
    }
}
