extension Authority {
    /// Stores the first uses of successors that the ring has seen, and the graces that they started.
    ///
    /// What cannot be stored now stays in the ring, where it is in force, and is tried again with the next flush.
    package func storeFirstUses(at now: Instant) throws(Refusal) {
        let uses = ring.withState { $0.firstUses }
        guard !uses.isEmpty else { return }
        try change(at: now, by: daemon) { (draft, now) throws(Refusal) in
            for (key, at) in uses.sorted(by: { ($0.value, $0.key) < ($1.value, $1.key) }) {
                storeFirstUse(of: key, at, in: &draft)
            }
        } result: { _, _, _ in
        }
        ring.withState { state in
            for key in uses.keys { state.firstUses[key] = nil }
        }
    }

    private func storeFirstUse(of key: Int64, _ at: Instant, in draft: inout Draft) {
        guard var successor = current(key, in: draft), let predecessor = successor.origin?.predecessor,
            let workspace = draft.directory.workspaces[successor.workspace]
        else { return }
        successor.origin?.firstUsedAt = at
        // The successor goes first: its origin tells what the predecessor's grace waits for.
        draft.add(successor, .rotationFirstUse, in: workspace, AuditDetails().adding("at", .instant(at)))
        guard var predecessor = current(predecessor, in: draft), predecessor.successor == key,
            predecessor.graceEndsAt == nil
        else { return }
        predecessor.graceEndsAt = ring.withState { state in
            state.index(ofNumber: predecessor.number).map { state.table[$0].facts.graceEndsAt }
        }
        let end = [predecessor.graceEndsAt, predecessor.expiresAt].compactMap { $0 }.min()
        draft.add(
            predecessor, .rotationGraceStarted, in: workspace,
            AuditDetails().adding("graceEndsAt", end.map { .instant($0) }).adding("successor", .text(successor.id)))
    }

    /// A key as the draft would leave it.
    private func current(_ number: Int64, in draft: Draft) -> KeyRecord? {
        draft.changes.keys.last { $0.number == number } ?? ring.withState { $0.record(number: number) }
    }
}
