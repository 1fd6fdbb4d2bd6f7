/// A run of a sweep on its way: what its batches have found and done, and what it leaves for the next.
package struct SweepRun: Sendable {
    /// Of all batches so far.
    package private(set) var report: SweepReport
    /// Whether there is nothing more to do.
    package internal(set) var isOver = false
    /// Whether only old usage is left to forget.
    private(set) var isForgettingUsage = false
    /// How much of the time until now does not count.
    var unproven = Instant.Span(milliseconds: 0)
    /// Whether keys that would end are left as they are, because they are too many.
    var holdsEnds = false
    /// Of a dry run: what is due and was not looked at yet.
    var toLookAt: ArraySlice<DueIndex.Entry> = []
    /// Keys that the run took and leaves as due as they were. They are given back at its end, so that they do not
    /// keep the others waiting.
    private var left: [DueIndex.Entry] = []
    /// Keys that are forgotten, or with a dry run would be.
    fileprivate var purged: Set<Int64> = []

    init(_ sweep: Sweep, at now: Instant, dryRun: Bool) {
        report = SweepReport(sweep, at: now, dryRun: dryRun)
    }

    /// What is due by then is due.
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
        left += batch.left
        if report.dryRun { purged.formUnion(batch.purged) }
        isForgettingUsage = isLast && report.sweep == .retention && !report.dryRun
        isOver = isLast && !isForgettingUsage
    }

    /// Ends it, and takes what it leaves.
    mutating func end() -> [DueIndex.Entry] {
        isOver = true
        defer { left = [] }
        return left
    }
}

/// One batch of a run: which keys were taken, and what is to become of each.
struct SweepBatch {
    private(set) var taken: [DueIndex.Entry] = []
    private(set) var changed: [AuditNote.Action: Int] = [:]
    private(set) var entries = 0
    private(set) var heldCount = 0
    private(set) var heldKeys: [String] = []
    private(set) var purged: Set<Int64>
    /// Taken, with nothing to do now.
    private(set) var idle: [DueIndex.Entry] = []
    /// Taken, to be left as due as they are.
    private(set) var left: [DueIndex.Entry] = []
    private var steps: [(key: KeyRecord, step: SweepStep)] = []
    private let sweep: Sweep
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

    var examined: Int { taken.count }
    var changedKeys: Int { steps.count }
    var heldReason: SweepReport.Held.Reason { holdsEnds ? .tooManyKeys : .predecessorInUse }

    /// Decides what to do with keys that are due.
    mutating func decide(_ entries: some Sequence<DueIndex.Entry>, in state: borrowing RingState, by daemon: Actor) {
        for entry in entries {
            taken.append(entry)
            guard let key = state.records[entry.index] else { continue }
            let step = state.step(
                sweep, at: entry.index, now: dueTime, noted: now, by: daemon, purged: purged)
            if step.isHeld || step.isEnd && holdsEnds {
                heldCount += 1
                if heldKeys.count < SweepReport.Held.mostKeys { heldKeys.append(key.id) }
            }
            if step.isEnd, holdsEnds {
                left.append(entry)
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
}
