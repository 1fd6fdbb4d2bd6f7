/// `budgets.list`: lists the budgets of a workspace.
package enum ListBudgets: Method {
    package static let name = "budgets.list"
    package static let contract = MethodContract(
        role: .viewer, work: .read,
        summary: "Lists the budgets of a workspace by name, with what remains of each.",
        params: [
            "workspace": "The workspace; `default` if it is not given."
        ],
        errors: [.notFound]
    )

    package struct Params: Codable, Sendable {
        package var workspace: String?

        package init(workspace: String? = nil) {
            self.workspace = workspace
        }
    }

    package struct Result: Codable, Sendable {
        package var budgets: [Budget]

        package init(budgets: [Budget]) {
            self.budgets = budgets
        }
    }
}
