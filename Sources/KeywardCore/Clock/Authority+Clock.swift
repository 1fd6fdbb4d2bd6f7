extension Authority {
    /// Stores the clock for decisions, as of `now`.
    package func keepClock(_ record: ClockRecord, at now: Instant) throws(Refusal) {
        try committer.change(at: now) { (decision) throws(Refusal) in
            decision.transaction.changes.clock = record
        }
    }

    /// The effects on the keys if decisions use `to` instead of `from`.
    package func clockFacts(from: Instant, to: Instant, unproven: Instant.Span) -> ClockFacts {
        var facts = ClockFacts(from: from, to: to, unproven: unproven)
        let noticeDays = directory.policy.sweeps.noticeDays
        registry.forEachKey(costing: HoldBudget.workOfRecord) { state, index in
            guard let record = state.records[index] else { return }
            let (before, after) = state.statuses(at: index, record, from: from, to: to, noticeDays)
            let workspace = state.workspaces.name(of: record.workspace)
            if after.status.verifies, !before.verifies { facts.verifyAgain.add(record, in: workspace) }
            if before.verifies, !after.status.verifies { facts.stopVerifying.add(record, in: workspace) }
            if state.table[index].lastUsedAt > to { facts.verifiedMeanwhile.add(record, in: workspace) }
            if after.record.differsBeyondNotes(from: record) { facts.changedMeanwhile.add(record, in: workspace) }
        }
        return facts
    }

    /// Applies the clock of `record`, with the effects in `facts`: if it is set back, every later time goes back, too.
    ///
    /// Usage must be stored. `adopt` switches to the new clock, after it is stored and before any other change is
    /// decided. It must not wait for this authority.
    package func acceptClock(
        _ record: ClockRecord, _ facts: ClockFacts, by caller: Caller, adopt: @escaping @Sendable () -> Void
    ) throws(Refusal) {
        let now = facts.to
        try committer.perform(AcceptClock(record: record, facts: facts, adopt: adopt), by: caller, at: now)
        if facts.setsBack { setUsageBack(to: now) }
    }

    /// Sets uses later than `now` to `now`, and derives the facts of the keys again.
    private func setUsageBack(to now: Instant) {
        var later: [Int64] = []
        registry.forEachKey { state, index in
            if state.table[index].hour > now.hour { later.append(state.table[index].number) }
        }
        // For unreadable usage, the counts of this hour start at zero; the totals stay.
        let hours = later.compactMap { try? store.usage(ofKey: $0, hours: now.hour..<now.hour + 1).first }
        registry.setUsageBack(to: now)
        registry.restore(hours)
    }
}

/// Switches to another clock.
private struct AcceptClock: Operation {
    var record: ClockRecord
    var facts: ClockFacts
    var adopt: @Sendable () -> Void

    var setsClockBack: Bool { facts.setsBack }

    func decide(_ decision: inout Decision) throws(Refusal) {
        decision.transaction.changes.clock = record
        decision.transaction.notes.append(AuditNote(.clockAccepted, details: AuditDetails(facts)))
        guard facts.setsBack else { return }
        decision.transaction.changes.setsBack = true
        decision.transaction.changes.keys = keys(setBackTo: facts.to, decision)
    }

    func outcome(_ decided: Void, in state: borrowing RegistryState, at now: Instant) { adopt() }

    /// The keys that change when the clock is set back.
    private func keys(setBackTo now: Instant, _ decision: Decision) -> [KeyRecord] {
        let noticeDays = decision.directory.policy.sweeps.noticeDays
        var changed: [KeyRecord] = []
        decision.registry.forEachKey(costing: HoldBudget.workOfRecord) { state, index in
            guard let record = state.records[index] else { return }
            let after = state.record(record, at: index, setBackTo: now, noticeDays)
            if after != record { changed.append(after) }
        }
        return changed
    }
}

extension RegistryState {
    /// The key at `index` after the clock is set back.
    func record(
        _ record: KeyRecord, at index: KeyTable.Index, setBackTo now: Instant, _ noticeDays: Set<Int>
    ) -> KeyRecord {
        let origin = record.successor.flatMap { self.record(number: $0)?.origin }
        return record.setBack(
            to: now, origin: origin, lastUsedAt: table[index].lastUsedAt, noticeDays: noticeDays)
    }

    /// The statuses of a key before and after the switch to another instant.
    func statuses(
        at index: KeyTable.Index, _ record: KeyRecord, from: Instant, to: Instant, _ noticeDays: Set<Int>
    ) -> (before: KeyStatus, after: (record: KeyRecord, status: KeyStatus)) {
        let after = self.record(record, at: index, setBackTo: to, noticeDays)
        let origin = record.successor.flatMap { self.record(number: $0)?.origin?.setBack(to: to) }
        let last = table[index].lastUsedAt
        let facts = StatusFacts(of: after, lastUsedAt: last == .distantPast ? nil : min(last, to), origin: origin)
        let context = context(ofWorkspace: record.workspace)
        return (status(at: index, now: from), (after, facts.status(at: to, in: context)))
    }
}

extension AuditDetails {
    init(_ facts: ClockFacts) {
        self.init()
        add("from", .instant(facts.from))
        add("to", .instant(facts.to))
        for (name, group) in [
            ("verifyAgain", facts.verifyAgain), ("stopVerifying", facts.stopVerifying),
            ("verifiedMeanwhile", facts.verifiedMeanwhile), ("changedMeanwhile", facts.changedMeanwhile),
        ] where group.count > 0 {
            add(name, .texts(group.first.map(\.prefix)))
            add(name + "Count", .number(Int64(group.count)))
        }
    }
}
