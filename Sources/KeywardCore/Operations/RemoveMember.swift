extension Operations {
    /// Removes a member.
    package struct RemoveMember: Operation {
        /// As granted; the account may no longer exist.
        package var principal: String
        package var workspace: String
        package var isConfirmed: Bool

        package init(_ principal: String, fromWorkspace workspace: String, isConfirmed: Bool = false) {
            self.principal = principal
            self.workspace = workspace
            self.isConfirmed = isConfirmed
        }

        package func decide(_ decision: inout Decision) throws(Refusal) -> [Grant] {
            let (workspace, _) = try decision.workspace(named: workspace, needs: .admin)
            let known = decision.directory.grants(in: workspace.number)
            guard let grant = known.first(where: { $0.principal.text == principal }) else {
                throw .notFound(.member)
            }
            try decision.remove(grant, from: workspace, isConfirmed: isConfirmed)
            return decision.directory.grants(in: workspace.number)
        }

        package func outcome(_ decided: [Grant], in state: borrowing RegistryState, at now: Instant) -> [Grant] {
            decided
        }
    }
}
