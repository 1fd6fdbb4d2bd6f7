internal import KeywardClient

/// The roles of the team's accounts, in all workspaces that the caller can see.
struct TeamRoles {
    struct Role: Codable, Hashable, Sendable {
        var workspace: String
        var role: Member.Role
    }

    private var roles: [String: [Role]] = [:]

    init(_ session: Session) throws {
        for workspace in try session.call(ListWorkspaces.self, ListWorkspaces.Params(counts: false)).value.workspaces {
            let params = ListMembers.Params(workspace: workspace.name)
            for member in try session.call(ListMembers.self, params).value.members where member.role != .none {
                roles[member.principal, default: []].append(Role(workspace: workspace.name, role: member.role))
            }
        }
    }

    subscript(_ account: TeamAccount) -> [Role] { roles[account.principal] ?? [] }
}
