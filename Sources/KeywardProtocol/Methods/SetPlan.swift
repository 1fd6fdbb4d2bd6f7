/// `workspaces.setPlan`: changes the plan of a workspace.
package enum SetPlan: Method {
    package static let name = "workspaces.setPlan"
    package static let contract = MethodContract(
        role: .operator, work: .change,
        summary: "Changes the plan of a workspace.",
        params: [
            "workspace": "The workspace.",
            "plan": "A plan of the catalogue.",
            "confirm": "Confirms the checks of `confirmationRequired`.",
        ],
        errors: [.notFound, .confirmationRequired, .readOnly]
    )

    package struct Params: Codable, Sendable {
        package var workspace: String
        package var plan: String
        package var confirm: Bool?

        package init(workspace: String, plan: String, confirm: Bool? = nil) {
            self.workspace = workspace
            self.plan = plan
            self.confirm = confirm
        }
    }

    package struct Result: Codable, Sendable {
        package var workspace: Workspace

        package init(workspace: Workspace) {
            self.workspace = workspace
        }
    }
}
