/// `workspaces.create`: creates a workspace.
package enum CreateWorkspace: Method {
    package static let name = "workspaces.create"
    package static let contract = MethodContract(
        role: .operator, work: .change,
        summary: "Creates a workspace.",
        params: [
            "name": "1 to 128 characters, unique.",
            "plan": "A plan of the catalogue; `standard` if it is not given.",
            "tag": "The start of its keys, 2 to 12 of `[a-z0-9]`, first a letter; `kw` if it is not given.",
        ],
        errors: [.conflict, .readOnly]
    )

    package struct Params: Codable, Sendable {
        package var name: String
        package var plan: String?
        package var tag: String?

        package init(name: String, plan: String? = nil, tag: String? = nil) {
            self.name = name
            self.plan = plan
            self.tag = tag
        }
    }

    package struct Result: Codable, Sendable {
        package var workspace: Workspace

        package init(workspace: Workspace) {
            self.workspace = workspace
        }
    }
}
