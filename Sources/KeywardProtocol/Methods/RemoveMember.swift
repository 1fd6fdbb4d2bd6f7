/// `members.remove`: takes a role back.
package enum RemoveMember: Method {
    package static let name = "members.remove"
    package static let contract = MethodContract(
        role: .admin, work: .change,
        summary: "Takes a role back.",
        params: [
            "workspace": "The workspace.",
            "principal": "As it was granted.",
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
