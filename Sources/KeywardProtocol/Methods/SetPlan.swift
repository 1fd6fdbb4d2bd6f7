/// `workspaces.setPlan`: puts a workspace on another plan.
package enum SetPlan: Method {
    package static let name = "workspaces.setPlan"
    package static let contract = MethodContract(
        role: .operator, work: .change,
        summary: "Puts a workspace on another plan.",
        params: [
            "workspace": "The workspace.",
            "plan": "A plan of the catalogue.",
            "confirm": "Settles the checks of `confirmationRequired`.",
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
