extension Authority {
    /// Revokes a key for good. Again on a revoked key: the same, unchanged.
    package func revokeKey(
        _ reference: KeyReference, workspace: String?, reason: String, note: String?, isConfirmed: Bool,
        by caller: Caller, at now: Instant
    ) throws(Refusal) -> KeyView {
        try change(at: now, by: caller.actor) { (draft, now) throws(Refusal) in
            let key = try locate(reference, workspace: workspace, for: caller, needs: .admin, at: now)
            if key.record.revocation == nil {
                if !isConfirmed { try settleRevocation(of: key, at: now) }
                var record = key.record
                record.revocation = KeyRecord.Revocation(at: now, by: caller.actor, reason: reason, note: note)
                let details = AuditDetails().adding("reason", .text(reason)).adding("note", note.map { .text($0) })
                    .adding("confirmed", .flag(isConfirmed))
                draft.add(record, .keyRevoked, in: key.workspace, details)
                // After the key, which gives the name up to it.
                freePredecessor(of: key, &draft, at: now)
            }
            return (key.index, key.role)
        } result: { state, decided, now in
            state.view(at: decided.0, now: now, role: decided.1)
        }
    }

    /// Revoking the successor gives a live predecessor its normal status back.
    private func freePredecessor(of key: LocatedKey, _ draft: inout Draft, at now: Instant) {
        let predecessor: KeyRecord? = ring.withState { state in
            guard let ends = state.openRotation(at: key.index, now: now), ends.successor == key.index else {
                return nil
            }
            return state.records[ends.predecessor]
        }
        guard var predecessor else { return }
        predecessor.leaveRotation()
        draft.changes.keys.append(predecessor)
    }

    private func settleRevocation(of key: LocatedKey, at now: Instant) throws(Refusal) {
        let (status, waitsForSuccessor) = ring.withState { state in
            let open = state.openRotation(at: key.index, now: now)
            let waits = open.map { $0.predecessor == key.index && state.table[$0.successor].awaitsFirstUse } ?? false
            return (state.status(at: key.index, now: now), waits)
        }
        guard !status.isTerminal else { return }
        var doubts = try recentUse(of: key.index, key.record, at: now)
        if waitsForSuccessor { doubts.append(Doubt(.replacementUnused, key: key.record, now: now)) }
        if !doubts.isEmpty { throw .confirmationRequired(doubts) }
    }

    /// The doubt about a key that was used within the last day, with the facts.
    ///
    /// Uses are counted by the hour: those of the hour that the last day began in are all among them.
    func recentUse(of index: KeyTable.Index, _ record: KeyRecord, at now: Instant) throws(Refusal) -> [Doubt] {
        let usage = ring.withState { $0.table[index].totals }
        guard let last = usage.lastUsedAt, now - last < RotationRules.recentUse else { return [] }
        let day = (now - RotationRules.recentUse).hour..<now.hour + 1
        let uses = try hours(of: index, day).reduce(0) { $0 + $1.valid }
        return [
            Doubt(
                .recentlyUsed, key: record, lastUsedAt: last, lastUsedBy: usage.lastUsedBy, usesLastDay: uses,
                now: now)
        ]
    }

    /// Stops a key until it is enabled again.
    package func disableKey(
        _ reference: KeyReference, workspace: String?, by caller: Caller, at now: Instant
    ) throws(Refusal) -> KeyView {
        try change(at: now, by: caller.actor) { (draft, now) throws(Refusal) in
            let key = try locate(reference, workspace: workspace, for: caller, needs: .admin, at: now)
            try requireLive(key, at: now)
            if key.record.disabledAt == nil {
                var record = key.record
                record.disabledAt = now
                draft.add(record, .keyDisabled, in: key.workspace)
            }
            return (key.index, key.role)
        } result: { state, decided, now in
            state.view(at: decided.0, now: now, role: decided.1)
        }
    }

    /// Lets a disabled key verify again, if its plan would have it so.
    package func enableKey(
        _ reference: KeyReference, workspace: String?, by caller: Caller, at now: Instant
    ) throws(Refusal) -> KeyView {
        try change(at: now, by: caller.actor) { (draft, now) throws(Refusal) in
            let key = try locate(reference, workspace: workspace, for: caller, needs: .admin, at: now)
            let plan = try draft.planWithAccess(of: key.workspace)
            try requireLive(key, at: now)
            if key.record.disabledAt != nil {
                try requireRoom(in: key.workspace, plan, adding: 0, at: now)
                try Self.checkExpiry(key.record.expiresAt, purpose: key.record.purpose, plan, at: now)
                var record = key.record
                record.disabledAt = nil
                record.told.forgetWarning()
                draft.add(record, .keyEnabled, in: key.workspace)
            }
            return (key.index, key.role)
        } result: { state, decided, now in
            state.view(at: decided.0, now: now, role: decided.1)
        }
    }
}
