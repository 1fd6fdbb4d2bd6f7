/// `members.list`: lists the members of a workspace.
package enum ListMembers: Method {
    package static let name = "members.list"
    package static let contract = MethodContract(
        role: .viewer, work: .read,
        summary: "Lists the members of a workspace and their roles.",
        params: [
            "workspace": "The workspace."
        ],
        errors: [.notFound]
    )

    package struct Params: Codable, Sendable {
        package var workspace: String

        package init(workspace: String) {
            self.workspace = workspace
        }
    }

    package struct Result: Codable, Sendable {
        package var members: [Member]

        package init(members: [Member]) {
            self.members = members
        }
    }
}
