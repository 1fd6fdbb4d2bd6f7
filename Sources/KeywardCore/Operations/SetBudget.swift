extension Operations {
    /// Creates a budget, or changes its limits and credits.
    package struct SetBudget: Operation {
        package var name: String
        package var workspace: String?
        package var changes: AllowanceChanges

        package init(_ name: String, inWorkspace workspace: String?, _ changes: AllowanceChanges) {
            self.name = name
            self.workspace = workspace
            self.changes = changes
        }

        package struct Decided: Sendable {
            var workspace: Int64
        }

        package func decide(_ decision: inout Decision) throws(Refusal) -> Decided {
            let (workspace, _) = try decision.workspace(named: workspace, needs: .admin)
            let known = try? decision.budget(named: name, in: workspace)
            if known == nil { _ = try decision.planWithAccess(of: workspace) }
            var record = known ?? decision.newAllowance(in: workspace, named: name)
            var details = AuditDetails().adding("budget", .text(name))
            let plan = decision.directory.plan(of: workspace)
            try decision.apply(changes, to: &record, plan, &details)
            if changes.limits != nil || known == nil { try decision.require(plan, record.limits, param: "limits") }
            if record != known {
                decision.transaction.changes.allowances.append(record)
                decision.transaction.notes.append(
                    AuditNote(.budgetSet, workspace: workspace.name, details: details))
            }
            return Decided(workspace: workspace.number)
        }

        package func outcome(
            _ decided: Decided, in state: borrowing RegistryState, at now: Instant
        ) -> AllowanceView? {
            state.allowances.budget(named: name, inWorkspace: decided.workspace)
                .map { state.view(ofAllowance: $0, at: now) }
        }
    }
}
