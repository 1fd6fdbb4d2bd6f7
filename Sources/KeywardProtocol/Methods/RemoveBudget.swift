/// `budgets.remove`: removes a budget on which no key draws.
package enum RemoveBudget: Method {
    package static let name = "budgets.remove"
    package static let contract = MethodContract(
        role: .admin, work: .change,
        summary: "Removes a budget. While keys draw on it, that is a `conflict`.",
        params: [
            "name": "The budget.",
            "workspace": "The workspace; `default` if it is not given.",
        ],
        errors: [.notFound, .conflict, .readOnly]
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
        package init() {}
    }
}
