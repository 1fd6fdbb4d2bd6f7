extension Authority {
    /// How many keys are examined under one hold of the registry's lock: verifications run in between.
    static let keysAtOnce = 32
    /// How many hours of usage are deleted at once.
    static let usageSlice = 5_000

    /// Starts a run of a sweep: finds what is due and what is held. Nothing changes before the first batch.
    ///
    /// - Parameters:
    ///   - dryRun: the run's batches change nothing.
    ///   - force: does what would be held.
    ///   - clock: while it does not agree, everything is held; `force` applies what a lead holds.
    ///   - unproven: the part of the time until `now` that nobody has measured. Irreversible actions do not count on
    ///     it: the stale and the retention sweep do what is due without it.
    package func beginSweep(
        _ sweep: Sweep, at now: Instant, dryRun: Bool = false, force: Bool = false, clock: ClockState = .agrees,
        unproven: Instant.Span = Instant.Span(milliseconds: 0)
    ) -> SweepRun {
        var run = SweepRun(sweep, at: now, dryRun: dryRun)
        if sweep != .expiry, !force { run.unproven = unproven }
        switch clock {
        case .agrees: break
        case .leads: if !force { run.hold(.clockLeads, count: due(sweep, at: now).count) }
        case .lags: run.hold(.clockLags, count: due(sweep, at: now).count)
        }
        guard !run.isOver else { return run }
        run.holdsEnds = !force && holdsEnds(sweep, at: run.dueTime(at: now))
        run.due = due(sweep, at: run.dueTime(at: now))[...]
        return run
    }

    /// Does the next batch of a run: the actions at `now` for at most `limit` keys, in one transaction.
    ///
    /// Its cost depends on what is due, not on the number of keys. If the process ends between or within batches, the
    /// next run continues. A batch that cannot be stored ends the run. What was due stays in the schedule until it is
    /// done and in force.
    package func continueSweep(_ run: inout SweepRun, at now: Instant, limit: Int) throws(Refusal) {
        guard !run.isOver else { return }
        if run.isForgettingUsage {
            try forgetOldUsage(of: &run, at: now)
        } else {
            try doBatch(of: &run, at: now, limit: limit)
        }
    }

    /// When a sweep has something to do next; `nil` if nothing is scheduled.
    package func nextDue(_ sweep: Sweep, at now: Instant) -> Instant? {
        registry.read { $0.schedule.next(sweep) }.map { max($0, now) }
    }

    private func doBatch(of run: inout SweepRun, at now: Instant, limit: Int) throws(Refusal) {
        let entries = run.due.prefix(limit)
        let batch = SweepBatch(run, at: now)
        do {
            let done =
                run.report.dryRun
                ? decided(batch, entries)
                : try committer.change(at: now) { [self] (decision) throws(Refusal) in
                    let batch = decided(batch, entries)
                    batch.write(to: &decision.transaction)
                    return batch
                }
            run.due = run.due.dropFirst(limit)
            if !run.report.dryRun {
                registry.postpone(done.idle, run.report.sweep, at: run.dueTime(at: now))
            }
            run.add(done, isLast: run.due.isEmpty)
        } catch {
            run.isOver = true
            throw error
        }
    }

    /// The batch with the decisions for some keys, if their due times are unchanged.
    private func decided(_ batch: SweepBatch, _ entries: ArraySlice<DueIndex.Entry>) -> SweepBatch {
        var batch = batch
        for slice in entries.slices(of: Self.keysAtOnce) {
            registry.read { state in
                // Keys that changed meanwhile are not part of this batch.
                let due = slice.filter { state.schedule.isStillDue($0, batch.sweep) }
                batch.decide(due, in: state, by: daemon)
            }
        }
        return batch
    }

    /// Deletes hours of usage and requests that are too old, some at a time.
    private func forgetOldUsage(of run: inout SweepRun, at now: Instant) throws(Refusal) {
        let dueTime = run.dueTime(at: now)
        let oldest = (dueTime - .days(directory.policy.sweeps.retainUsageDays)).hour
        let isDone: Bool
        do { isDone = try committer.forgetUsage(before: oldest, limit: Self.usageSlice) } catch { throw Refusal(error) }
        guard isDone else { return }
        try committer.change(at: now) { (decision) throws(Refusal) in
            decision.transaction.changes.forgetRequestsBefore = dueTime - RequestLog.window
        }
        run.isOver = true
    }

    /// Every key that is due at `now`, the earliest first.
    private func due(_ sweep: Sweep, at now: Instant) -> [DueIndex.Entry] {
        DueIndex.inOrder(registry.read { $0.schedule.due(sweep, at: now) })
    }

    /// Whether more of the live keys would end at once than the policy allows, if there are ten live keys or more.
    private func holdsEnds(_ sweep: Sweep, at now: Instant) -> Bool {
        let policy = directory.policy.sweeps
        guard sweep == .stale, policy.disableAfterDays ?? policy.revokeAfterDays != nil else { return false }
        let liveCount = registry.liveCount
        let most = policy.largestShare * Double(liveCount)
        let due = due(sweep, at: now)
        guard liveCount >= 10, Double(due.count) > most else { return false }
        var ends = 0
        for slice in due.slices(of: Self.keysAtOnce) {
            ends += registry.read { state in
                slice.count { state.step(sweep, at: $0.index, now: now, by: daemon).isEnd }
            }
            if Double(ends) > most { return true }
        }
        return false
    }
}
