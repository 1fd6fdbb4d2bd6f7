/// `budgets.get`: describes a budget.
package enum GetBudget: Method {
    package static let name = "budgets.get"
    package static let contract = MethodContract(
        role: .viewer, work: .read,
        summary: "Describes a budget, with what remains of it.",
        params: [
            "name": "The budget.",
            "workspace": "The workspace; `default` if it is not given.",
        ],
        errors: [.notFound]
    )

    package struct Params: Codable, Sendable {
        package var name: String
        package var workspace: String?

        package init(name: String, workspace: String? = nil) {
            self.name = name
            self.workspace = workspace
        }
    }

    package struct Result: Codable, Sendable {
        package var budget: Budget

        package init(budget: Budget) {
            self.budget = budget
        }
    }
}
