// A first use is in force in memory before it is stored.
extension Decision {
    /// Writes the first uses that are not stored yet.
    mutating func storeFirstUses() {
        let uses = registry.read { $0.firstUses }
        for (key, at) in uses.sorted(by: { ($0.value, $0.key) < ($1.value, $1.key) }) { storeFirstUse(of: key, at) }
    }

    private mutating func storeFirstUse(of key: Int64, _ at: Instant) {
        guard var successor = record(number: key), let predecessor = successor.origin?.predecessor,
            let workspace = directory.workspaces[successor.workspace]
        else { return }
        successor.origin?.firstUsedAt = at
        // The successor goes first: its origin records what the predecessor's grace period waits for.
        transaction.add(successor, .rotationFirstUse, in: workspace, AuditDetails().adding("at", .instant(at)))
        guard var predecessor = record(number: predecessor), predecessor.successor == key,
            predecessor.graceEndsAt == nil
        else { return }
        predecessor.graceEndsAt = registry.read { state in
            state.index(ofNumber: predecessor.number).map { state.table[$0].facts.graceEndsAt }
        }
        let end = [predecessor.graceEndsAt, predecessor.expiresAt].compactMap { $0 }.min()
        transaction.add(
            predecessor, .rotationGraceStarted, in: workspace,
            AuditDetails().adding("graceEndsAt", end.map { .instant($0) }).adding("successor", .text(successor.id)))
    }
}
