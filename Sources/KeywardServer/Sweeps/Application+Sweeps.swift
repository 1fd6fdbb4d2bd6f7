import Dispatch
package import KeywardCore
import Synchronization

/// The sweeps, run by their timers or by an operator: batch after batch on the maintenance queue, with a pause after each, and
/// each behind the changes that already wait.
extension Application {
    /// How many keys a batch looks at: few, for an event loop that shares the core with the maintenance queue is held up until the
    /// batch waits for the disk, or is over, and whoever waits for the store is held up by one batch at most.
    package static let sweepLimit = 4

    /// Sets the timers for the first time.
    func startSweeps() {
        sweeps.onTick { [self] sweep in tick(sweep) }
        rearmSweeps()
    }

    /// Has every sweep run soon: after the start, and after a change of policy.
    func rearmSweeps() {
        for sweep in Sweep.allCases { sweeps.set(sweep, in: SweepThrottle.first(sweep), from: now()) }
    }

    /// Has the expiry sweep run earlier if a change has brought its next due instant nearer; the maintenance queue calls it.
    func noteDue() {
        if isExpiryDueSooner { set(.expiry) }
    }

    /// Whether the expiry sweep is due before its timer fires, and is not under way.
    var isExpiryDueSooner: Bool {
        let (firesAt, isWaiting) = sweeps.withRunState(.expiry) {
            ($0.firesAt, $0.requests.isEmpty && !$0.isBarred && $0.firesAt != .distantFuture)
        }
        guard isWaiting, let due = authority.nextDue(.expiry, at: now()) else { return false }
        return due < firesAt
    }

    /// What a timer does when it fires.
    func tick(_ sweep: Sweep) {
        checkClock()
        ask(sweep, SweepRunState.Request())
    }

    /// Runs a sweep now and waits for its end; never on the maintenance queue.
    ///
    /// - Parameter force: does what would be held, and believes a wall clock that leads.
    package func runSweep(_ sweep: Sweep, force: Bool) throws(Refusal) -> SweepReport {
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

    /// Tells what a run of a sweep would do with all that is due now, and changes nothing.
    package func tryOutSweep(_ sweep: Sweep, force: Bool) throws(Refusal) -> SweepReport {
        let state = clock.check()
        let now = force && state != .agrees ? clock.believed() : now()
        var run = authority.beginSweep(
            sweep, at: now, dryRun: true, force: force, clock: state, unproven: clock.readings().unproven)
        while !run.isOver {
            guard readsGoOn else { throw .shuttingDown }
            try authority.continueSweep(&run, at: now, limit: Self.sweepLimit)
        }
        return run.report
    }

    /// What the last run of a sweep found, and when there is something to do next.
    func lastRun(of sweep: Sweep) -> (report: SweepReport?, due: Instant?) {
        (sweeps.withRunState(sweep) { $0.lastReport }, authority.nextDue(sweep, at: now()))
    }

    /// Answers those who wait for a run that will not come.
    func cancelSweeps() {
        sweeps.cancel().forEach { $0.answer?(.failure(.shuttingDown)) }
    }

    private func ask(_ sweep: Sweep, _ request: SweepRunState.Request) {
        guard sweeps.withRunState(sweep, { $0.ask(request) }) else { return }
        submitOwn { [self] in goOn(sweep) }
    }

    /// Does the next batch of the run that is under way, or begins the next; the maintenance queue calls it.
    private func goOn(_ sweep: Sweep) {
        guard takesChanges else { return cancelSweeps() }
        let (request, begun) = sweeps.withRunState(sweep) { ($0.requests.first, $0.run) }
        guard let request else { return }
        let start = CPUClock.nanoseconds
        var run = begun ?? begin(sweep, force: request.force)
        do {
            try authority.continueSweep(&run, at: now(), limit: Self.sweepLimit)
            if run.isOver {
                end(run, request)
            } else {
                sweeps.withRunState(sweep) { [run] in $0.run = run }
            }
        } catch {
            sweeps.withRunState(sweep) { $0.fail() }
            request.answer?(.failure(error))
            set(sweep)
        }
        if sweeps.withRunState(sweep, { !$0.requests.isEmpty }) { rest(from: start) { [self] in goOn(sweep) } }
    }

    /// Has the maintenance queue go on after a pause that fits the batch which began at `start` of its thread's time.
    private func rest(from start: Int64, _ next: @escaping @Sendable () -> Void) {
        submitOwn(after: .nanoseconds(SweepThrottle.rest(after: Int(CPUClock.nanoseconds - start))), next)
    }

    private func begin(_ sweep: Sweep, force: Bool) -> SweepRun {
        if force {
            clock.accept()
            checkClock()
        }
        return authority.beginSweep(
            sweep, at: now(), force: force, clock: clock.check(), unproven: clock.readings().unproven)
    }

    private func end(_ run: SweepRun, _ request: SweepRunState.Request) {
        // What cannot be moved now is moved another day, or at the end.
        if run.report.sweep == .retention { try? authority.committer.checkpoint() }
        let now = now()
        let reported = sweeps.withRunState(run.report.sweep) { $0.end(with: run.report, at: now) }
        report(.sweep(reported))
        request.answer?(.success(reported))
        set(run.report.sweep)
    }

    /// Sets a timer by what is due.
    private func set(_ sweep: Sweep) {
        let now = now()
        let isBarred = sweeps.withRunState(sweep) { $0.isBarred }
        let due = authority.nextDue(sweep, at: now)
        sweeps.set(sweep, in: SweepThrottle.pause(sweep, until: due, at: now, isBarred: isBarred), from: now)
    }
}
