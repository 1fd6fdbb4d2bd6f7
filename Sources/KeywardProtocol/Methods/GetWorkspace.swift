/// `workspaces.get`: describes one workspace.
package enum GetWorkspace: Method {
    package static let name = "workspaces.get"
    package static let contract = MethodContract(
        role: .viewer, work: .read,
        summary: "Describes one workspace.",
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
        package var workspace: Workspace

        package init(workspace: Workspace) {
            self.workspace = workspace
        }
    }
}
