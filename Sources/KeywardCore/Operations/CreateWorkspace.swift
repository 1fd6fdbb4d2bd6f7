extension Operations {
    /// Creates a workspace. Operators only.
    package struct CreateWorkspace: Operation {
        package var name: String
        package var plan: String?
        package var tag: String

        package init(named name: String, plan: String?, tag: String) {
            self.name = FreeText.normalized(name)
            self.plan = plan
            self.tag = tag
        }

        package func decide(_ decision: inout Decision) throws(Refusal) -> WorkspaceRecord {
            try decision.requireOperator()
            try decision.requirePlan(plan)
            if let other = decision.directory.workspace(namedLike: name) {
                throw .conflict(other.name == name ? .workspaceNameTaken : .workspaceNameAlike)
            }
            return decision.transaction.addWorkspace(named: name, plan: plan, tag: tag, at: decision.now)
        }

        package func outcome(
            _ decided: WorkspaceRecord, in state: borrowing RegistryState, at now: Instant
        ) -> WorkspaceRecord {
            decided
        }
    }
}

extension Decision {
    func requirePlan(_ plan: String?) throws(Refusal) {
        let plans = directory.policy.plans
        guard let plan, plans[plan] == nil else { return }
        throw .notFound(.plan(known: plans.keys.sorted()))
    }
}
