extension Operations {
    /// Cancels a rotation while its successor is unused: the successor is revoked, and the predecessor stays active.
    package struct CancelRotation: Operation {
        package var key: KeyReference
        package var workspace: String?

        package init(_ key: KeyReference, workspace: String?) {
            self.key = key
            self.workspace = workspace
        }

        package struct Decided: Sendable {
            var predecessor: KeyTable.Index
            var role: Role?
        }

        package func decide(_ decision: inout Decision) throws(Refusal) -> Decided {
            let key = try decision.locate(key, workspace: workspace, needs: .admin)
            let ends = try decision.rotationEnds(of: key)
            let status = decision.registry.read { $0.status(at: ends.predecessor, now: decision.now) }
            guard let rotation = decision.rotation(of: key) else { throw Decision.noOpenRotation(status) }
            guard rotation.awaitsFirstUse else {
                throw .invalidState(.successorIsInUse, status)
            }
            var (predecessor, successor) = (rotation.predecessor, rotation.successor)
            successor.revocation = KeyRecord.Revocation(
                at: decision.now, by: decision.caller.actor, reason: "cancelled")
            predecessor.leaveRotation()
            decision.transaction.add(
                successor, .keyRevoked, in: key.workspace, AuditDetails().adding("reason", .text("cancelled")))
            decision.transaction.add(
                predecessor, .rotationCancelled, in: key.workspace,
                AuditDetails().adding("successor", .text(successor.id)))
            return Decided(predecessor: ends.predecessor, role: key.role)
        }

        package func outcome(_ decided: Decided, in state: borrowing RegistryState, at now: Instant) -> KeyView {
            state.view(at: decided.predecessor, now: now, role: decided.role)
        }
    }
}

extension KeyRecord {
    /// Removes a cancelled rotation from the predecessor.
    mutating func leaveRotation() {
        successor = nil
        graceEndsAt = nil
    }
}
