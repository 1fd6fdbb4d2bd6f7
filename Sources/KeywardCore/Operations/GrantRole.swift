extension Operations {
    /// Gives a Unix user or group a role, which replaces an earlier one.
    package struct GrantRole: Operation {
        package var role: Role
        package var principal: String
        package var workspace: String

        package init(_ role: Role, to principal: String, inWorkspace workspace: String) {
            self.role = role
            self.principal = principal
            self.workspace = workspace
        }

        package var questions: Set<FactQuestion> {
            // A number gets the role even without an account.
            switch FactQuestion(principal: principal) {
            case let question? where question.isAboutName: [question]
            default: []
            }
        }

        package func decide(_ decision: inout Decision) throws(Refusal) -> [Grant] {
            let (workspace, _) = try decision.workspace(named: workspace, needs: .admin)
            let member = try decision.roles.principal(principal)
            let known = decision.directory.grants(in: workspace.number)
            guard !known.contains(where: { $0.principal == member && $0.role == role }) else { return known }
            let grant = Grant(
                workspace: workspace.number, principal: member, role: role, grantedAt: decision.now,
                grantedBy: decision.caller.actor)
            decision.transaction.changes.granted.append(grant)
            decision.transaction.directory.put(grant)
            let details = AuditDetails().adding("principal", .text(member.text))
                .adding("id", .number(Int64(member.id))).adding("role", .text(role.rawValue))
            decision.transaction.notes.append(
                AuditNote(.memberGranted, workspace: workspace.name, details: details))
            return decision.directory.grants(in: workspace.number)
        }

        package func outcome(_ decided: [Grant], in state: borrowing RegistryState, at now: Instant) -> [Grant] {
            decided
        }
    }
}
