/// A run of a sweep in progress: the results of its batches so far, and what it leaves for the next run.
package struct SweepRun: Sendable {
    /// The report of all batches so far.
    package private(set) var report: SweepReport
    /// Whether the run is complete.
    package internal(set) var isOver = false
    /// Whether only old usage is left to delete.
    private(set) var isForgettingUsage = false
    /// The part of the time until now that does not count.
    var unproven = Instant.Span(milliseconds: 0)
    /// Whether keys that would end are held, because they are too many.
    var holdsEnds = false
    /// The keys that were due at the start and have not been examined yet.
    var due: ArraySlice<DueIndex.Entry> = []
    /// Keys that were deleted, or would be in a dry run.
    fileprivate var purged: Set<Int64> = []

    init(_ sweep: Sweep, at now: Instant, dryRun: Bool) {
        report = SweepReport(sweep, at: now, dryRun: dryRun)
    }

    /// The instant for due checks: `now` without the time that does not count.
    func dueTime(at now: Instant) -> Instant { now - unproven }

    /// Holds everything.
    mutating func hold(_ reason: SweepReport.Held.Reason, count: Int) {
        isOver = true
        if count > 0 { report.held = SweepReport.Held(reason, count: count) }
    }

    mutating func add(_ batch: SweepBatch, isLast: Bool) {
        report.examined += batch.examined
        report.keys += batch.changedKeys
        report.entries += batch.entries
        report.changed.merge(batch.changed) { $0 + $1 }
        if batch.heldCount > 0 {
            var held = report.held ?? SweepReport.Held(batch.heldReason, count: 0)
            held.count += batch.heldCount
            held.keys += batch.heldKeys.prefix(SweepReport.Held.mostKeys - held.keys.count)
            report.held = held
        }
        if report.dryRun { purged.formUnion(batch.purged) }
        isForgettingUsage = isLast && report.sweep == .retention && !report.dryRun
        isOver = isLast && !isForgettingUsage
    }

}

/// One batch of a run: the examined keys, and the decision for each.
struct SweepBatch: Sendable {
    private(set) var examined = 0
    private(set) var changed: [AuditNote.Action: Int] = [:]
    private(set) var entries = 0
    private(set) var heldCount = 0
    private(set) var heldKeys: [String] = []
    private(set) var purged: Set<Int64>
    /// Entries of keys with nothing to do now.
    private(set) var idle: [DueIndex.Entry] = []
    private var steps: [(key: KeyRecord, step: SweepStep)] = []
    let sweep: Sweep
    private let now: Instant
    private let dueTime: Instant
    private let holdsEnds: Bool

    init(_ run: SweepRun, at now: Instant) {
        sweep = run.report.sweep
        holdsEnds = run.holdsEnds
        purged = run.purged
        self.now = now
        dueTime = run.dueTime(at: now)
    }

    var changedKeys: Int { steps.count }
    var heldReason: SweepReport.Held.Reason { holdsEnds ? .tooManyKeys : .predecessorInUse }

    /// Decides what to do with keys that are due.
    mutating func decide(_ entries: some Sequence<DueIndex.Entry>, in state: borrowing RegistryState, by daemon: Actor)
    {
        for entry in entries {
            examined += 1
            guard let key = state.records[entry.index] else { continue }
            let step = state.step(
                sweep, at: entry.index, now: dueTime, noted: now, by: daemon, purged: purged)
            if step.isHeld || step.isEnd && holdsEnds {
                heldCount += 1
                if heldKeys.count < SweepReport.Held.mostKeys { heldKeys.append(key.id) }
            }
            if step.isEnd, holdsEnds {
                // It stays due.
                continue
            } else if step.changesAnything {
                steps.append((key, step))
                if step.isPurge { purged.insert(key.number) }
                self.entries += step.notes.count
                for action in Set(step.notes.map(\.action)) { changed[action, default: 0] += 1 }
            } else {
                idle.append(entry)
            }
        }
    }

    func write(to transaction: inout Transaction) {
        for (key, step) in steps {
            if step.isPurge { transaction.changes.purged.append(key.number) }
            if let record = step.record { transaction.changes.keys.append(record) }
            let workspace = transaction.directory.workspaces[key.workspace]?.name
            transaction.notes += step.notes.map {
                AuditNote($0.action, workspace: workspace, keyID: key.id, details: $0.details)
            }
        }
    }
}
