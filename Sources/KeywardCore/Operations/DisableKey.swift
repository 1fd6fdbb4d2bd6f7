extension Operations {
    /// Stops a key until it is enabled again.
    package struct DisableKey: Operation {
        package var key: KeyReference
        package var workspace: String?

        package init(_ key: KeyReference, workspace: String?) {
            self.key = key
            self.workspace = workspace
        }

        package func decide(_ decision: inout Decision) throws(Refusal) -> LocatedKey {
            let key = try decision.locate(key, workspace: workspace, needs: .admin)
            try decision.requireOneKey(self.key, key)
            try decision.requireLive(key)
            try decision.requireNoCanary(key)
            if key.record.disabledAt == nil {
                var record = key.record
                record.disabledAt = decision.now
                decision.transaction.add(record, .keyDisabled, in: key.workspace)
            }
            return key
        }

        package func outcome(_ decided: LocatedKey, in state: borrowing RegistryState, at now: Instant) -> EndedKey {
            state.endedView(of: decided, now: now)
        }
    }
}
