/// A caller's view of a key at an instant: its facts, what is derived from them, and what the caller can do with it.
package struct KeyView: Sendable {
    package var record: KeyRecord
    package var workspace: String
    package var status: KeyStatus
    package var facts: [KeyStatus]
    package var usage: UsageTotals
    package var lastRefusal: LastRefusal?
    /// What it may spend, if that is limited.
    package var allowance: AllowanceView?
    package var rotation: RotationView?
    package var actions: [KeyAction]
}

/// A rotation with both ends.
package struct RotationView: Sendable {
    package var predecessorID: String
    package var successorID: String
    package var startedAt: Instant
    package var firstUsedAt: Instant?
    package var graceEndsAt: Instant?
}

/// An action on a key.
package enum KeyAction: String, Sendable {
    case rotate, confirm, cancel, revoke, disable, enable, update
}

extension RegistryState {
    /// The view of the key at `index` for a caller that has `role` in its workspace, or is its owner.
    func view(at index: KeyTable.Index, now: Instant, role: Role?, isOwner: Bool = false) -> KeyView {
        let record = records[index]!
        let context = context(ofWorkspace: record.workspace)
        let facts = table[index].facts
        let status = facts.status(at: now, in: context)
        let rotation = rotationView(of: record)
        return KeyView(
            record: record, workspace: workspaces.name(of: record.workspace),
            status: status, facts: facts.facts(at: now, in: context), usage: table[index].totals,
            lastRefusal: usage.lastRefusal(ofKey: record.number),
            allowance: allowanceView(at: index, now: now), rotation: rotation,
            actions: actions(record, status, context, now: now, role: role, isOwner: isOwner))
    }

    /// The rotation in which `record` is the predecessor, otherwise the one that created it.
    func rotationView(of record: KeyRecord) -> RotationView? {
        let successor = record.successor.flatMap { self.record(number: $0) } ?? record
        guard let origin = successor.origin, let predecessor = self.record(number: origin.predecessor),
            let place = index(ofNumber: predecessor.number)
        else { return nil }
        // A cancelled rotation has no grace period.
        let end = predecessor.successor == successor.number ? table[place].facts.effectiveGraceEnd : .distantFuture
        let graceEnd = min(end, predecessor.expiresAt ?? .distantFuture)
        let isKnown = end != .distantFuture && table[place].facts.graceWaitsUntil == .distantFuture
        return RotationView(
            predecessorID: predecessor.id, successorID: successor.id, startedAt: origin.startedAt,
            firstUsedAt: origin.firstUsedAt ?? firstUses[successor.number],
            graceEndsAt: isKnown ? graceEnd : nil)
    }

    private func actions(
        _ record: KeyRecord, _ status: KeyStatus, _ context: StatusContext, now: Instant, role: Role?, isOwner: Bool
    ) -> [KeyAction] {
        let index = index(ofNumber: record.number)!
        let rotation = openRotation(at: index, now: now)
        var actions: [KeyAction] = []
        if rotation != nil, role == .admin || isOwner { actions.append(.confirm) }
        guard role == .admin else { return actions }
        if let rotation, table[rotation.successor].awaitsFirstUse { actions.append(.cancel) }
        let canRotate = !record.isCanary && rotation == nil && context.apiAccess && !isReplaced(at: index)
        if canRotate, status == .expired || status.verifies { actions.insert(.rotate, at: 0) }
        if status != .revoked { actions.append(.revoke) }
        guard !status.isTerminal else { return actions }
        if record.isCanary { return actions + [.update] }
        if record.disabledAt == nil { actions.append(.disable) } else if context.apiAccess { actions.append(.enable) }
        actions.append(.update)
        return actions
    }
}
