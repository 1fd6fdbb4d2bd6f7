extension Authority {
    /// A budget, with what remains of it.
    package func budget(
        named name: String, inWorkspace workspace: String?, for caller: Caller, at now: Instant
    ) throws(Refusal) -> AllowanceView {
        let (workspace, _) = try directory.workspace(named: workspace, for: caller, roles, needs: .viewer)
        let view = registry.read { state in
            state.allowances.budget(named: name, inWorkspace: workspace.number)
                .flatMap { state.view(ofAllowance: $0, at: now) }
        }
        guard let view else { throw .notFound(.budget) }
        return view
    }

    /// The budgets of a workspace, by name.
    package func budgets(
        inWorkspace workspace: String?, for caller: Caller, at now: Instant
    ) throws(Refusal) -> [AllowanceView] {
        let (workspace, _) = try directory.workspace(named: workspace, for: caller, roles, needs: .viewer)
        return registry.read { state in
            state.allowances.budgets(inWorkspace: workspace.number)
                .compactMap { state.view(ofAllowance: $0, at: now) }
        }
    }
}
