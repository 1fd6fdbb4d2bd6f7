extension Operations {
    /// Changes what a Unix user or group may do in a workspace.
    package struct GrantMember: Operation {
        /// What becomes of the member's role.
        package enum RoleChange: Hashable, Sendable {
            case keep
            case set(Role?)
        }

        package var role: RoleChange
        /// Whether it may verify keys; `nil` keeps that.
        package var isVerifier: Bool?
        package var principal: String
        package var workspace: String
        package var isConfirmed: Bool

        package init(
            _ role: RoleChange, isVerifier: Bool? = nil, to principal: String, inWorkspace workspace: String,
            isConfirmed: Bool = false
        ) {
            self.role = role
            self.isVerifier = isVerifier
            self.principal = principal
            self.workspace = workspace
            self.isConfirmed = isConfirmed
        }

        package var questions: Set<FactQuestion> {
            // A number is granted even without an account.
            switch FactQuestion(principal: principal) {
            case let question? where question.isAboutName: [question]
            default: []
            }
        }

        package func decide(_ decision: inout Decision) throws(Refusal) -> [Grant] {
            let (workspace, _) = try decision.workspace(named: workspace, needs: .admin)
            let member = try decision.roles.principal(principal)
            let known = decision.directory.grants(in: workspace.number)
            let former = known.first { $0.principal.text == member.text }
            let grant = Grant(
                workspace: workspace.number, principal: member, role: role.applied(to: former?.role),
                isVerifier: isVerifier ?? former?.isVerifier ?? false, grantedAt: decision.now,
                grantedBy: decision.caller.actor)
            guard grant.role != nil || grant.isVerifier else {
                guard let former else { throw .notFound(.member) }
                try decision.remove(former, from: workspace, isConfirmed: isConfirmed)
                return decision.directory.grants(in: workspace.number)
            }
            guard grant.principal != former?.principal || !grant.permitsSame(as: former) else { return known }
            try decision.put(grant, in: workspace, isConfirmed: isConfirmed)
            return decision.directory.grants(in: workspace.number)
        }

        package func outcome(_ decided: [Grant], in state: borrowing RegistryState, at now: Instant) -> [Grant] {
            decided
        }
    }
}

extension Operations.GrantMember.RoleChange {
    fileprivate func applied(to former: Role?) -> Role? {
        switch self {
        case .keep: former
        case .set(let role): role
        }
    }
}

extension Grant {
    fileprivate func permitsSame(as other: Grant?) -> Bool { role == other?.role && isVerifier == other?.isVerifier }
}
