/// `members.grant`: grants a role in a workspace to a Unix user or group.
package enum GrantMember: Method {
    package static let name = "members.grant"
    package static let contract = MethodContract(
        role: .admin, work: .change,
        summary: "Grants a Unix user or group a role in a workspace.",
        params: [
            "workspace": "The workspace.",
            "principal": "`user:NAME`, `group:NAME`, `uid:N` or `gid:N`.",
            "role": "`viewer` or `admin`.",
        ],
        errors: [.notFound, .readOnly]
    )

    package struct Params: Codable, Sendable {
        package var workspace: String
        package var principal: String
        package var role: Member.Role

        package init(workspace: String, principal: String, role: Member.Role) {
            self.workspace = workspace
            self.principal = principal
            self.role = role
        }
    }

    package struct Result: Codable, Sendable {
        package var members: [Member]

        package init(members: [Member]) {
            self.members = members
        }
    }
}
