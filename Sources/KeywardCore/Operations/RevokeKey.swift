extension Operations {
    /// Revokes a key permanently. A revoked key stays unchanged.
    package struct RevokeKey: Operation {
        package var key: KeyReference
        package var workspace: String?
        package var reason: String
        package var note: String?
        package var isConfirmed: Bool

        package init(
            _ key: KeyReference, workspace: String?, reason: String, note: String? = nil, isConfirmed: Bool
        ) {
            self.key = key
            self.workspace = workspace
            self.reason = reason
            self.note = note
            self.isConfirmed = isConfirmed
        }

        package func decide(_ decision: inout Decision) throws(Refusal) -> LocatedKey {
            // The effects of a first use are on disk before the used key is revoked.
            decision.storeFirstUses()
            let key = try decision.locate(key, workspace: workspace, needs: .admin)
            try decision.requireOneKey(self.key, key)
            guard key.record.revocation == nil else { return key }
            let rotation = decision.rotation(of: key)
            if !isConfirmed { try requireConfirmation(of: key, in: rotation, decision) }
            var record = decision.record(of: key)
            record.revocation = KeyRecord.Revocation(
                at: decision.now, by: decision.caller.actor, reason: reason, note: note)
            let details = AuditDetails().adding("reason", .text(reason)).adding("note", note.map { .text($0) })
                .adding("confirmed", .flag(isConfirmed))
            decision.transaction.add(record, .keyRevoked, in: key.workspace, details)
            if let rotation, rotation.end == .successor {
                // After the key, which releases the name to it.
                release(rotation, in: key.workspace, &decision)
            }
            return key
        }

        package func outcome(_ decided: LocatedKey, in state: borrowing RegistryState, at now: Instant) -> EndedKey {
            state.endedView(of: decided, now: now)
        }

        /// Releases the predecessor of a revoked successor. A known end stays; otherwise it has none any more.
        private func release(
            _ rotation: LocatedRotation, in workspace: WorkspaceRecord, _ decision: inout Decision
        ) {
            guard rotation.ends.predecessor.awaitsGrace else { return }
            var predecessor = rotation.predecessor
            predecessor.leaveRotation()
            decision.transaction.add(
                predecessor, .rotationCancelled, in: workspace,
                AuditDetails().adding("successor", .text(rotation.successor.id)))
        }

        private func requireConfirmation(
            of key: LocatedKey, in rotation: LocatedRotation?, _ decision: Decision
        ) throws(Refusal) {
            var checks: [ConfirmationCheck] = []
            if !decision.status(of: key).isTerminal {
                checks = decision.recentUse(of: key.index, key.record)
                if let rotation, rotation.end == .predecessor, rotation.awaitsFirstUse {
                    checks.append(ConfirmationCheck(.replacementUnused, key: key.record, now: decision.now))
                }
            }
            if let rotation {
                var after = rotation.ends.withoutSuccessor
                if rotation.end == .predecessor {
                    after = rotation.ends
                    after.predecessor.isRevoked = true
                }
                checks += rotation.checks(about: rotation.end, after, at: decision.now)
            }
            if !checks.isEmpty { throw .confirmationRequired(checks) }
        }
    }
}

/// A key that was revoked or disabled, and the live key of its name that still verifies, if there is one.
package struct EndedKey: Sendable {
    package var key: KeyView
    package var continues: KeyView?
}

extension RegistryState {
    /// A caller's view of a key that was revoked or disabled.
    func endedView(of key: LocatedKey, now: Instant) -> EndedKey {
        let live = liveKeys(named: key.record.name, inWorkspace: key.workspace.number, now: now)
        let continues = live.last { $0 != key.index && table[$0].facts.verifies(at: now) }
        return EndedKey(
            key: view(at: key.index, now: now, role: key.role),
            continues: continues.map { view(at: $0, now: now, role: key.role) })
    }
}
