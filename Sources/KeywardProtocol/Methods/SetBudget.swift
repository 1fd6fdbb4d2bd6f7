/// `budgets.set`: creates a budget, or changes its limits and credits.
package enum SetBudget: Method {
    package static let name = "budgets.set"
    package static let contract = MethodContract(
        role: .admin, work: .change,
        summary: "Creates a budget, or changes its limits and credits: `null` clears a member, an absent one is kept.",
        params: [
            "name": "A slug, unique among the budgets of the workspace.",
            "workspace": "The workspace; `default` if it is not given.",
            "limits": "At most 8 limits. What was spent follows the names of limits.",
            "credits": "The balance (`remaining`), what is added to it (`add`), and its `refill`.",
        ],
        errors: [.notFound, .upgradeRequired, .policyViolation, .readOnly]
    )

    package struct Params: Codable, Sendable {
        package var name: String
        package var workspace: String?
        package var limits: Change<[LimitTerms]>
        package var credits: Change<CreditTerms>

        package init(
            name: String, workspace: String? = nil, limits: Change<[LimitTerms]> = .keep,
            credits: Change<CreditTerms> = .keep
        ) {
            self.name = name
            self.workspace = workspace
            self.limits = limits
            self.credits = credits
        }
    }

    package struct Result: Codable, Sendable {
        package var budget: Budget

        package init(budget: Budget) {
            self.budget = budget
        }
    }
}
