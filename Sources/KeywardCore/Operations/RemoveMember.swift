extension Operations {
    /// Removes a role.
    package struct RemoveMember: Operation {
        /// As granted; the account may no longer exist.
        package var principal: String
        package var workspace: String

        package init(_ principal: String, fromWorkspace workspace: String) {
            self.principal = principal
            self.workspace = workspace
        }

        package func decide(_ decision: inout Decision) throws(Refusal) -> [Grant] {
            let (workspace, _) = try decision.workspace(named: workspace, needs: .admin)
            let known = decision.directory.grants(in: workspace.number)
            guard let grant = known.first(where: { $0.principal.text == principal }) else {
                throw .notFound(.member)
            }
            decision.transaction.changes.removed.append(grant)
            decision.transaction.directory.remove(grant)
            let details = AuditDetails().adding("principal", .text(principal)).adding(
                "role", .text(grant.role.rawValue))
            decision.transaction.notes.append(
                AuditNote(.memberRemoved, workspace: workspace.name, details: details))
            return decision.directory.grants(in: workspace.number)
        }

        package func outcome(_ decided: [Grant], in state: borrowing RegistryState, at now: Instant) -> [Grant] {
            decided
        }
    }
}
