extension Operations {
    /// Ends a rotation: its predecessor is superseded at once. Either end identifies it; the remaining key is returned.
    package struct ConfirmRotation: Operation {
        package var key: KeyReference
        package var workspace: String?
        package var isConfirmed: Bool

        package init(_ key: KeyReference, workspace: String?, isConfirmed: Bool) {
            self.key = key
            self.workspace = workspace
            self.isConfirmed = isConfirmed
        }

        package struct Decided: Sendable {
            var successor: KeyTable.Index
            var role: Role?
            var isOwner: Bool
        }

        package func decide(_ decision: inout Decision) throws(Refusal) -> Decided {
            let key = try decision.locate(key, workspace: workspace, needs: .ownerOrAdmin)
            let ends = try decision.rotationEnds(of: key)
            let status = decision.registry.read { $0.status(at: ends.predecessor, now: decision.now) }
            if status != .superseded {
                guard let rotation = decision.rotation(of: key) else { throw Decision.noOpenRotation(status) }
                if !isConfirmed { try requireConfirmation(of: rotation, ends.predecessor, decision) }
                var predecessor = rotation.predecessor
                predecessor.graceEndsAt = decision.now
                predecessor.sweepMarks.insert(.graceEnded)
                decision.transaction.add(
                    predecessor, .rotationConfirmed, in: key.workspace,
                    AuditDetails().adding("confirmed", .flag(isConfirmed)))
            }
            return Decided(successor: ends.successor, role: key.role, isOwner: key.isOwner)
        }

        package func outcome(_ decided: Decided, in state: borrowing RegistryState, at now: Instant) -> KeyView {
            state.view(at: decided.successor, now: now, role: decided.role, isOwner: decided.isOwner)
        }

        private func requireConfirmation(
            of rotation: LocatedRotation, _ predecessor: KeyTable.Index, _ decision: Decision
        ) throws(Refusal) {
            let now = decision.now
            var checks = rotation.checks(about: .predecessor, rotation.ends.confirmed(at: now), at: now)
            if rotation.awaitsFirstUse {
                checks.insert(ConfirmationCheck(.replacementUnused, key: rotation.predecessor, now: now), at: 0)
            }
            guard !checks.isEmpty else { return }
            throw .confirmationRequired(decision.recentUse(of: predecessor, rotation.predecessor) + checks)
        }
    }
}

extension Decision {
    func rotationEnds(
        of key: LocatedKey
    ) throws(Refusal) -> (predecessor: KeyTable.Index, successor: KeyTable.Index) {
        guard let ends = registry.read({ $0.rotationEnds(at: key.index) }) else {
            throw Self.noOpenRotation(status(of: key))
        }
        return ends
    }

    static func noOpenRotation(_ status: KeyStatus) -> Refusal {
        .invalidState(.isNotBeingRotated, status)
    }
}
