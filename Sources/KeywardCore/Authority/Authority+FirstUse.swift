extension Authority {
    /// Stores the first uses of successors that the ring has seen, and the graces that they started.
    ///
    /// What cannot be stored now stays in the ring, where it is in force, and is tried again with the next flush.
    package func storeFirstUses(at now: Instant) throws(Refusal) {
        let uses = ring.withState { $0.firstUses }
        guard !uses.isEmpty else { return }
        try change(at: now, by: daemon) { (draft) throws(Refusal) in
            for use in uses { store(use, in: &draft) }
        } result: { _, _ in
        }
        ring.withState { $0.firstUses.removeFirst(uses.count) }
    }

    private func store(_ use: FirstUse, in draft: inout Draft) {
        let ends: (successor: KeyRecord, predecessor: KeyRecord?)? = ring.withState { state in
            guard let successor = state.record(number: use.key), let origin = successor.origin else { return nil }
            return (successor, state.record(number: origin.predecessor))
        }
        guard var successor = ends?.successor, let workspace = draft.directory.workspaces[successor.workspace] else {
            return
        }
        successor.origin?.firstUsedAt = use.at
        let details = AuditDetails().adding("at", .instant(use.at))
        // The successor goes first: its origin tells what the predecessor's grace waits for.
        draft.add(successor, .rotationFirstUse, in: workspace, details)
        guard var predecessor = ends?.predecessor, predecessor.successor == successor.number,
            predecessor.graceEndsAt == nil, let origin = successor.origin
        else { return }
        predecessor.graceEndsAt = use.at + origin.grace
        draft.changes.keys.append(predecessor)
    }
}
