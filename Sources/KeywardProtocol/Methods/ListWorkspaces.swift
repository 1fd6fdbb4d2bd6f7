/// `workspaces.list`: lists the workspaces that the caller is a member of; operators see all.
package enum ListWorkspaces: Method {
    package static let name = "workspaces.list"
    package static let contract = MethodContract(
        role: .member, work: .read,
        summary: "Lists the workspaces that the caller is a member of; operators see all."
    )

    package typealias Params = NoParams

    package struct Result: Codable, Sendable {
        package var workspaces: [Workspace]

        package init(workspaces: [Workspace]) {
            self.workspaces = workspaces
        }
    }
}
