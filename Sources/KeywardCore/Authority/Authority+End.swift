/// A key that was ended or stopped, and the live key of its name that still verifies, if there is one.
package struct EndedKey: Sendable {
    package var key: KeyView
    package var continues: KeyView?
}

extension Authority {
    /// Revokes a key for good. Again on a revoked key: the same, unchanged.
    package func revokeKey(
        _ reference: KeyReference, workspace: String?, reason: String, note: String?, isConfirmed: Bool,
        by caller: Caller, at now: Instant
    ) throws(Refusal) -> EndedKey {
        // What a first use has started must be on disk before the key that was used is gone. If that cannot be
        // stored, neither can the change.
        try? storeFirstUses(at: now)
        return try change(at: now, by: caller.actor) { (draft, now) throws(Refusal) in
            let key = try locate(reference, workspace: workspace, for: caller, needs: .admin, at: now)
            try requireOneKey(reference, key, at: now)
            if key.record.revocation == nil {
                let rotation = rotation(of: key, at: now)
                if !isConfirmed { try settleRevocation(of: key, in: rotation, at: now) }
                var record = key.record
                record.revocation = KeyRecord.Revocation(at: now, by: caller.actor, reason: reason, note: note)
                let details = AuditDetails().adding("reason", .text(reason)).adding("note", note.map { .text($0) })
                    .adding("confirmed", .flag(isConfirmed))
                draft.add(record, .keyRevoked, in: key.workspace, details)
                if let rotation, rotation.end == .successor {
                    // After the key, which gives the name up to it.
                    release(rotation, &draft, in: key.workspace)
                }
            }
            return key
        } result: { state, key, now in
            state.endedView(of: key, now: now)
        }
    }

    /// The predecessor of a revoked successor. Its end stays if it is known; else there is none any more.
    private func release(_ rotation: LocatedRotation, _ draft: inout Draft, in workspace: WorkspaceRecord) {
        guard rotation.ends.predecessor.awaitsGrace else { return }
        var predecessor = rotation.predecessor
        predecessor.leaveRotation()
        draft.add(
            predecessor, .rotationCancelled, in: workspace,
            AuditDetails().adding("successor", .text(rotation.successor.id)))
    }

    private func settleRevocation(
        of key: LocatedKey, in rotation: LocatedRotation?, at now: Instant
    ) throws(Refusal) {
        var doubts: [Doubt] = []
        if !ring.withState({ $0.status(at: key.index, now: now) }).isTerminal {
            doubts = try recentUse(of: key.index, key.record, at: now)
            if let rotation, rotation.end == .predecessor, rotation.awaitsFirstUse {
                doubts.append(Doubt(.replacementUnused, key: key.record, now: now))
            }
        }
        if let rotation {
            var after = rotation.ends.withoutSuccessor
            if rotation.end == .predecessor {
                after = rotation.ends
                after.predecessor.isRevoked = true
            }
            doubts += rotation.doubts(about: rotation.end, after, at: now)
        }
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
    ) throws(Refusal) -> EndedKey {
        try change(at: now, by: caller.actor) { (draft, now) throws(Refusal) in
            let key = try locate(reference, workspace: workspace, for: caller, needs: .admin, at: now)
            try requireOneKey(reference, key, at: now)
            try requireLive(key, at: now)
            if key.record.disabledAt == nil {
                var record = key.record
                record.disabledAt = now
                draft.add(record, .keyDisabled, in: key.workspace)
            }
            return key
        } result: { state, key, now in
            state.endedView(of: key, now: now)
        }
    }

    /// Lets a disabled key verify again, if its plan would have it so.
    package func enableKey(
        _ reference: KeyReference, workspace: String?, by caller: Caller, at now: Instant
    ) throws(Refusal) -> KeyView {
        try change(at: now, by: caller.actor) { (draft, now) throws(Refusal) in
            let key = try locate(reference, workspace: workspace, for: caller, needs: .admin, at: now)
            let plan = try draft.planWithAccess(of: key.workspace)
            try requireOneKey(reference, key, at: now)
            try requireLive(key, at: now)
            if key.record.disabledAt != nil {
                // A predecessor stops counting when its successor verifies again.
                let frees = rotation(of: key, at: now)?.end == .successor
                try requireRoom(in: key.workspace, plan, adding: frees ? -1 : 0, at: now)
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

extension RingState {
    /// A key that was ended or stopped, as its caller sees it.
    fileprivate func endedView(of key: LocatedKey, now: Instant) -> EndedKey {
        let live = liveKeys(named: key.record.name, inWorkspace: key.workspace.number, now: now)
        let continues = live.last { $0 != key.index && table[$0].facts.verifies(at: now) }
        return EndedKey(
            key: view(at: key.index, now: now, role: key.role),
            continues: continues.map { view(at: $0, now: now, role: key.role) })
    }
}
