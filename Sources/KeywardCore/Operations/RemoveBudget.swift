extension Operations {
    /// Removes a budget that no key draws on.
    package struct RemoveBudget: Operation {
        package var name: String
        package var workspace: String?

        package init(_ name: String, fromWorkspace workspace: String?) {
            self.name = name
            self.workspace = workspace
        }

        package func decide(_ decision: inout Decision) throws(Refusal) {
            let (workspace, _) = try decision.workspace(named: workspace, needs: .admin)
            let budget = try decision.budget(named: name, in: workspace)
            let keys = decision.registry.read { state in
                state.allowances.index(ofNumber: budget.number).map { state.allowances.keyCount($0) } ?? 0
            }
            guard keys == 0 else { throw .conflict(.budgetInUse(keys: keys)) }
            decision.transaction.changes.endedAllowances.append(budget.number)
            decision.transaction.notes.append(
                AuditNote(
                    .budgetRemoved, workspace: workspace.name, details: AuditDetails().adding("budget", .text(name))))
        }

        package func outcome(_ decided: Void, in state: borrowing RegistryState, at now: Instant) {}
    }
}
