/// `members.remove`: removes a role.
package enum RemoveMember: Method {
    package static let name = "members.remove"
    package static let contract = MethodContract(
        role: .admin, work: .change,
        summary: "Removes a member's role.",
        params: [
            "workspace": "The workspace.",
            "principal": "The principal as granted.",
        ],
        errors: [.notFound, .readOnly]
    )

    package struct Params: Codable, Sendable {
        package var workspace: String
        package var principal: String

        package init(workspace: String, principal: String) {
            self.workspace = workspace
            self.principal = principal
        }
    }

    package struct Result: Codable, Sendable {
        package var members: [Member]

        package init(members: [Member]) {
            self.members = members
        }
    }
}
