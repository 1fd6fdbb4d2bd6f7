/// `members.remove`: removes a member.
package enum RemoveMember: Method {
    package static let name = "members.remove"
    package static let contract = MethodContract(
        role: .admin, work: .change,
        summary: "Removes a member.",
        params: [
            "workspace": "The workspace.",
            "principal": "The principal as granted.",
            "confirm": "Confirms the checks of `confirmationRequired`.",
        ],
        errors: [.notFound, .confirmationRequired, .readOnly]
    )

    package struct Params: Codable, Sendable {
        package var workspace: String
        package var principal: String
        package var confirm: Bool?

        package init(workspace: String, principal: String, confirm: Bool? = nil) {
            self.workspace = workspace
            self.principal = principal
            self.confirm = confirm
        }
    }

    package struct Result: Codable, Sendable {
        package var members: [Member]

        package init(members: [Member]) {
            self.members = members
        }
    }
}
