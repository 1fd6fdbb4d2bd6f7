import Dispatch
import KeywardCore
import Synchronization

/// Runs the sweeps, started by their timers or by an operator: batch after batch on the maintenance queue, with a pause
/// after each. Each batch comes after the changes that already wait.
final class SweepScheduler: Sendable {
    /// The number of keys that a batch examines. A batch delays an event loop on the same core a few times, however few
    /// keys it has, so few batches are better than small ones. A caller that waits for the store is delayed by at most
    /// one batch.
    static let batchLimit = 32

    private let authority: Authority
    private let clock: DaemonClock
    private let queue: MaintenanceQueue
    private let report: @Sendable (DaemonEvent) -> Void
    private let timers: SweepTimers

    init(
        _ authority: Authority, _ clock: DaemonClock, on queue: MaintenanceQueue,
        report: @escaping @Sendable (DaemonEvent) -> Void
    ) {
        self.authority = authority
        self.clock = clock
        self.queue = queue
        self.report = report
        timers = SweepTimers(queue: queue)
    }

    /// Sets the timers for the first time.
    func start() {
        timers.onTick { [self] sweep in tick(sweep) }
        rearm()
    }

    /// Schedules every sweep to run soon: after the start, and after a change of policy.
    func rearm() {
        for sweep in Sweep.allCases { timers.set(sweep, in: SweepThrottle.first(sweep), from: clock.now()) }
    }

    /// Forgets instants of the clock before it was set, and schedules every sweep to run soon.
    func clockWasSet() {
        timers.forgetTimes()
        rearm()
    }

    /// A group of changes has ended: schedules the expiry sweep earlier if necessary.
    func groupEnded() {
        if isExpiryDueSooner { queue.submit { [self] in noteDue() } }
    }

    /// Schedules the expiry sweep earlier if a change has made its next due instant earlier. Called on the maintenance
    /// queue.
    func noteDue() {
        if isExpiryDueSooner { set(.expiry) }
    }

    /// Whether the expiry sweep is due before its timer fires, and does not run.
    private var isExpiryDueSooner: Bool {
        let (firesAt, isWaiting) = timers.withRunState(.expiry) {
            ($0.firesAt, $0.requests.isEmpty && !$0.isBarred && $0.firesAt != .distantFuture)
        }
        guard isWaiting, let due = authority.nextDue(.expiry, at: clock.now()) else { return false }
        return due < firesAt
    }

    /// Called when a timer fires.
    func tick(_ sweep: Sweep) {
        clock.check()
        ask(sweep, SweepRunState.Request())
    }

    /// Runs a sweep now and waits for its end. Never call it on the maintenance queue.
    ///
    /// - Parameter force: does what would be held, and trusts a wall clock that is ahead.
    func run(_ sweep: Sweep, force: Bool) throws(Refusal) -> SweepReport {
        let end = DispatchSemaphore(value: 0)
        let outcome = Mutex<Result<SweepReport, Refusal>>(.failure(.shuttingDown))
        ask(
            sweep,
            SweepRunState.Request(force: force) { result in
                outcome.withLock { $0 = result }
                end.signal()
            })
        end.wait()
        return try outcome.withLock { $0 }.get()
    }

    /// The result of a dry run of a sweep over everything due now. It continues while `goesOn`.
    func tryOut(_ sweep: Sweep, force: Bool, while goesOn: () -> Bool) throws(Refusal) -> SweepReport {
        let guarded = clock.guarded
        let state = guarded.check()
        let now = force && state != .agrees ? guarded.believed() : clock.now()
        var run = authority.beginSweep(
            sweep, at: now, dryRun: true, force: force, clock: state, unproven: guarded.readings().unproven)
        while !run.isOver {
            guard goesOn() else { throw .shuttingDown }
            try authority.continueSweep(&run, at: now, limit: Self.batchLimit)
        }
        return run.report
    }

    /// The actions of a sweep until an instant. It continues while `goesOn`.
    func foresee(
        _ sweep: Sweep, until end: Instant, from now: Instant, limit: Int, while goesOn: () -> Bool
    ) throws(Refusal) -> [ForeseenStep] {
        guard let steps = authority.foresee(sweep, until: end, from: now, limit: limit, while: goesOn) else {
            throw .shuttingDown
        }
        return steps
    }

    /// The current state of one sweep's runs.
    func state(of sweep: Sweep) -> SweepRunState { timers.withRunState(sweep) { $0 } }

    /// When there is something to do next.
    func nextDue(_ sweep: Sweep) -> Instant? { authority.nextDue(sweep, at: clock.now()) }

    /// Refuses the requests for runs that will not start.
    func stop() {
        timers.cancel().forEach { $0.answer?(.failure(.shuttingDown)) }
    }

    private func ask(_ sweep: Sweep, _ request: SweepRunState.Request) {
        guard timers.withRunState(sweep, { $0.ask(request) }) else { return }
        queue.submit { [self] in goOn(sweep) }
    }

    /// Does the next batch of the current run, or begins the next run. Called on the maintenance queue.
    private func goOn(_ sweep: Sweep) {
        guard !queue.isClosed else { return stop() }
        let (request, begun) = timers.withRunState(sweep) { ($0.requests.first, $0.run) }
        guard let request else { return }
        let start = CPUClock.nanoseconds
        var run = begun ?? begin(sweep, force: request.force)
        do {
            try authority.continueSweep(&run, at: clock.now(), limit: Self.batchLimit)
            if run.isOver {
                end(run, request)
            } else {
                timers.withRunState(sweep) { [run] in $0.run = run }
            }
        } catch {
            timers.withRunState(sweep) { $0.fail() }
            request.answer?(.failure(error))
            set(sweep)
        }
        if timers.withRunState(sweep, { !$0.requests.isEmpty }) { rest(from: start) { [self] in goOn(sweep) } }
    }

    /// Submits `next` after a pause for the batch that began at `start` of the thread's processor time.
    private func rest(from start: Int64, _ next: @escaping @Sendable () -> Void) {
        queue.submit(after: .nanoseconds(SweepThrottle.rest(after: Int(CPUClock.nanoseconds - start))), next)
    }

    private func begin(_ sweep: Sweep, force: Bool) -> SweepRun {
        let guarded = clock.guarded
        if force {
            guarded.accept()
            clock.check()
        }
        return authority.beginSweep(
            sweep, at: clock.now(), force: force, clock: guarded.check(), unproven: guarded.readings().unproven)
    }

    private func end(_ run: SweepRun, _ request: SweepRunState.Request) {
        // If it fails, the next retention sweep or the shutdown tries again.
        if run.report.sweep == .retention { try? authority.committer.checkpoint() }
        let now = clock.now()
        let reported = timers.withRunState(run.report.sweep) { $0.end(with: run.report, at: now) }
        report(.sweep(reported))
        request.answer?(.success(reported))
        set(run.report.sweep)
    }

    /// Sets a timer by the next due time.
    private func set(_ sweep: Sweep) {
        let now = clock.now()
        let isBarred = timers.withRunState(sweep) { $0.isBarred }
        let due = authority.nextDue(sweep, at: now)
        timers.set(sweep, in: SweepThrottle.pause(sweep, until: due, at: now, isBarred: isBarred), from: now)
    }
}
