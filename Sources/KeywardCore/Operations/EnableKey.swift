extension Operations {
    /// Enables a disabled key, if its plan allows it.
    package struct EnableKey: Operation {
        package var key: KeyReference
        package var workspace: String?

        package init(_ key: KeyReference, workspace: String?) {
            self.key = key
            self.workspace = workspace
        }

        package func decide(_ decision: inout Decision) throws(Refusal) -> LocatedKey {
            let key = try decision.locate(key, workspace: workspace, needs: .admin)
            let plan = try decision.planWithAccess(of: key.workspace)
            try decision.requireOneKey(self.key, key)
            try decision.requireLive(key)
            try decision.requireNoCanary(key)
            guard key.record.disabledAt != nil else { return key }
            // A predecessor no longer counts when its successor verifies again.
            let frees = decision.rotation(of: key)?.end == .successor
            try decision.requireKeyCapacity(in: key.workspace, plan, adding: frees ? -1 : 0)
            try decision.checkExpiry(key.record.expiresAt, purpose: key.record.purpose, plan)
            var record = key.record
            record.disabledAt = nil
            record.sweepMarks.forgetWarning()
            decision.transaction.add(record, .keyEnabled, in: key.workspace)
            return key
        }

        package func outcome(_ decided: LocatedKey, in state: borrowing RegistryState, at now: Instant) -> KeyView {
            state.view(at: decided.index, now: now, role: decided.role)
        }
    }
}
