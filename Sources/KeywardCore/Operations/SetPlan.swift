extension Operations {
    /// Changes the plan of a workspace. Operators only.
    package struct SetPlan: Operation {
        package var plan: String
        package var workspace: String
        package var isConfirmed: Bool

        package init(_ plan: String, ofWorkspace workspace: String, isConfirmed: Bool) {
            self.plan = plan
            self.workspace = workspace
            self.isConfirmed = isConfirmed
        }

        package func decide(_ decision: inout Decision) throws(Refusal) -> WorkspaceRecord {
            try decision.requireOperator()
            var (workspace, _) = try decision.workspace(named: workspace, needs: .admin)
            try decision.requirePlan(plan)
            guard workspace.plan != plan else { return workspace }
            let directory = decision.directory
            let losesAccess =
                directory.plan(of: workspace).apiAccess && directory.policy.plans[plan]?.apiAccess == false
            let busy = losesAccess ? busyKeys(in: workspace.number, decision) : 0
            if busy > 0, !isConfirmed {
                throw .confirmationRequired([ConfirmationCheck(.planWithoutAccess, keys: busy, now: decision.now)])
            }
            let details = AuditDetails().adding("from", .text(workspace.plan)).adding("to", .text(plan))
            workspace.plan = plan
            decision.transaction.put(
                workspace, AuditNote(.planChanged, workspace: workspace.name, details: details))
            return workspace
        }

        package func outcome(
            _ decided: WorkspaceRecord, in state: borrowing RegistryState, at now: Instant
        ) -> WorkspaceRecord {
            decided
        }

        /// The number of keys of the workspace that verify and were used within the last day.
        private func busyKeys(in workspace: Int64, _ decision: Decision) -> Int {
            let now = decision.now
            var count = 0
            decision.registry.forEachKey { state, index in
                guard state.table[index].workspace == workspace else { return }
                let lastUse = state.table[index].facts.lastUsedAt
                if state.status(at: index, now: now).verifies, lastUse + RotationRules.recentUse > now { count += 1 }
            }
            return count
        }
    }
}
