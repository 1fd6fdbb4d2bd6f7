// Budgets: limits and credits that several keys of a workspace share. `workspace` is `default` if `nil`. The socket must be
// the admin socket.
extension KeywardClient {
    /// Creates a budget, or changes its limits and credits.
    ///
    /// - Parameters:
    ///   - name: A slug, unique among the budgets of the workspace.
    ///   - limits: At most 8. What was spent follows the names of limits.
    ///   - credits: The balance, what is added to it, and its refill.
    public func setBudget(
        _ name: String, workspace: String? = nil, limits: Edit<[LimitTerms]> = .keep,
        credits: Edit<CreditTerms> = .keep
    ) async throws(KeywardError) -> Budget {
        let params = SetBudget.Params(
            name: name, workspace: workspace, limits: limits.change, credits: credits.change)
        return try await call(SetBudget.self, params).budget
    }

    /// Describes a budget, with what remains of it.
    public func budget(_ name: String, workspace: String? = nil) async throws(KeywardError) -> Budget {
        try await call(GetBudget.self, GetBudget.Params(name: name, workspace: workspace)).budget
    }

    /// Lists the budgets of a workspace by name, with what remains of each.
    public func budgets(in workspace: String? = nil) async throws(KeywardError) -> [Budget] {
        try await call(ListBudgets.self, ListBudgets.Params(workspace: workspace)).budgets
    }

    /// Removes a budget. While keys draw on it, that is a `conflict`.
    public func removeBudget(_ name: String, workspace: String? = nil) async throws(KeywardError) {
        _ = try await call(RemoveBudget.self, RemoveBudget.Params(name: name, workspace: workspace))
    }
}
