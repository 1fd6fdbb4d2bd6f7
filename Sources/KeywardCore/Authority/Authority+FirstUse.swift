extension Authority {
    /// Stores the first uses of successors that were verified, and the grace periods that they started.
    ///
    /// What cannot be stored now stays in memory, where it is in force, and is tried again with the next flush.
    package func storeFirstUses(at now: Instant) throws(Refusal) {
        let uses = registry.withState { $0.firstUses }
        guard !uses.isEmpty else { return }
        try change(at: now) { (decision) throws(Refusal) in
            decision.storeFirstUses()
        }
        // Those of keys that are gone by now have left nothing to store.
        registry.withState { state in
            for key in uses.keys { state.firstUses[key] = nil }
        }
    }
}

extension Decision {
    /// Writes the first uses that are not stored yet.
    mutating func storeFirstUses() {
        let uses = registry.withState { $0.firstUses }
        for (key, at) in uses.sorted(by: { ($0.value, $0.key) < ($1.value, $1.key) }) { storeFirstUse(of: key, at) }
    }

    private mutating func storeFirstUse(of key: Int64, _ at: Instant) {
        guard var successor = record(number: key), let predecessor = successor.origin?.predecessor,
            let workspace = directory.workspaces[successor.workspace]
        else { return }
        successor.origin?.firstUsedAt = at
        // The successor goes first: its origin tells what the predecessor's grace waits for.
        transaction.add(successor, .rotationFirstUse, in: workspace, AuditDetails().adding("at", .instant(at)))
        guard var predecessor = record(number: predecessor), predecessor.successor == key,
            predecessor.graceEndsAt == nil
        else { return }
        predecessor.graceEndsAt = registry.withState { state in
            state.index(ofNumber: predecessor.number).map { state.table[$0].facts.graceEndsAt }
        }
        let end = [predecessor.graceEndsAt, predecessor.expiresAt].compactMap { $0 }.min()
        transaction.add(
            predecessor, .rotationGraceStarted, in: workspace,
            AuditDetails().adding("graceEndsAt", end.map { .instant($0) }).adding("successor", .text(successor.id)))
    }
}
