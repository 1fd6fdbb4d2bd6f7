extension Authority {
    /// Does what a sweep has to do at `now`, for at most `limit` keys, in one transaction.
    ///
    /// Its cost follows what is due, not how many keys there are. Stopped between batches, it goes on where it was.
    ///
    /// - Parameters:
    ///   - dryRun: looks at one batch and changes nothing.
    ///   - force: does what would be held.
    ///   - clockLeads: whether the wall clock leads by more than the bound (``DecisionClock/leads(wall:bootTime:)``);
    ///     then everything is held.
    package func sweep(
        _ sweep: Sweep, at now: Instant, limit: Int, dryRun: Bool = false, force: Bool = false,
        clockLeads: Bool = false
    ) throws(Refusal) -> SweepReport {
        var batch = SweepBatch(sweep, at: now, limit: limit, dryRun: dryRun)
        if clockLeads, !force {
            let due = ring.withState { $0.dues[sweep].all(at: now).count }
            if due > 0 { batch.report.held = SweepReport.Held(.clockLeads, count: due) }
            return batch.report
        }
        do {
            try change(at: now, by: daemon, isAlone: true) { (draft) throws(Refusal) in
                batch.holdsEnds = !force && holdsEnds(sweep, at: now)
                ring.withState { batch.decide(in: &$0, by: daemon) }
                guard !dryRun else { return }
                batch.write(to: &draft)
                if sweep == .retention { draft.forgetOldUsage(at: now) }
            } result: { _, _ in
            }
        } catch {
            ring.withState { $0.giveBack(batch.taken, sweep) }
            throw error
        }
        ring.withState { batch.settle(in: &$0) }
        return batch.report
    }

    /// When a sweep has something to do next; `nil` if nothing is foreseen.
    package func nextDue(_ sweep: Sweep, at now: Instant) -> Instant? {
        ring.withState { $0.dues[sweep].next() }.map { max($0, now) }
    }

    /// Whether more of the live keys would end at once than the policy allows, from ten live keys on.
    private func holdsEnds(_ sweep: Sweep, at now: Instant) -> Bool {
        let policy = directory.policy.sweeps
        guard sweep == .stale, policy.disableAfterDays ?? policy.revokeAfterDays != nil else { return false }
        return ring.withState { state in
            guard state.liveCount >= 10 else { return false }
            let ends = state.dues[.stale].all(at: now).count { index in
                state.step(.stale, at: index, now: now, by: daemon).isEnd
            }
            return Double(ends) > policy.largestShare * Double(state.liveCount)
        }
    }
}

extension Draft {
    /// Forgets hours of usage and requests that are too old, at most once an hour.
    mutating func forgetOldUsage(at now: Instant) {
        let oldest = (now - .days(directory.policy.sweeps.retainUsageDays)).hour
        guard oldest > writer.oldestHour else { return }
        writer.oldestHour = oldest
        changes.forgetHoursBefore = oldest
        changes.forgetRequestsBefore = now - Authority.requestWindow
    }
}

/// A batch of a sweep on its way: which keys were taken, and what is to become of each.
private struct SweepBatch {
    var report: SweepReport
    var holdsEnds = false
    private(set) var taken: [DueIndex.Entry] = []
    private var steps: [(key: KeyRecord, step: SweepStep)] = []
    /// Taken, with nothing to do now.
    private var idle: [DueIndex.Entry] = []
    /// Taken, to be left as due as they are.
    private var left: [DueIndex.Entry] = []
    private let limit: Int

    init(_ sweep: Sweep, at now: Instant, limit: Int, dryRun: Bool) {
        report = SweepReport(sweep, at: now, dryRun: dryRun)
        self.limit = limit
    }

    /// Takes keys that are due and decides what to do with each.
    mutating func decide(in state: inout RingState, by daemon: Actor) {
        let (sweep, now) = (report.sweep, report.at)
        // What is held stays due and must not keep the others waiting.
        taken = state.dues[sweep].take(at: now, limit: holdsEnds ? .max : limit)
        var purged: Set<Int64> = []
        var heldKeys: [String] = []
        for (place, entry) in taken.enumerated() {
            if steps.count == limit {
                left += taken[place...]
                break
            }
            report.examined += 1
            let key = state.records[entry.index]!
            let step = state.step(sweep, at: entry.index, now: now, by: daemon, purged: purged)
            if step.isHeld || step.isEnd && holdsEnds { heldKeys.append(key.id) }
            if step.isEnd, holdsEnds {
                left.append(entry)
            } else if step.changesAnything {
                steps.append((key, step))
                if step.isPurge { purged.insert(key.number) }
                step.notes.forEach { report.changed[$0.action, default: 0] += 1 }
            } else {
                idle.append(entry)
            }
        }
        if !heldKeys.isEmpty {
            report.held = SweepReport.Held(
                holdsEnds ? .tooManyKeys : .predecessorInUse, count: heldKeys.count, keys: Array(heldKeys.prefix(100)))
        }
        report.isMoreDue = holdsEnds ? steps.count == limit : state.dues[sweep].next().map { $0 <= now } ?? false
    }

    func write(to draft: inout Draft) {
        for (key, step) in steps {
            if step.isPurge { draft.changes.purged.append(key.number) }
            if let record = step.record { draft.changes.keys.append(record) }
            let workspace = draft.directory.workspaces[key.workspace]?.name
            draft.notes += step.notes.map {
                AuditNote($0.action, workspace: workspace, keyID: key.id, details: $0.details)
            }
        }
    }

    /// Makes keys that were not changed due again, now or later.
    func settle(in state: inout RingState) {
        state.giveBack(report.dryRun ? taken : left, report.sweep)
        if !report.dryRun { state.postpone(idle, report.sweep, at: report.at) }
    }
}
