internal import ArgumentParser
internal import KeywardClient

/// `keyward budget`
struct BudgetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "budget", abstract: "Manage limits and credits that keys share.",
        subcommands: [BudgetSet.self, BudgetShow.self, BudgetList.self, BudgetRemove.self])
}

/// The name of a budget, on the command line.
struct BudgetArgument: ParsableArguments, Sendable {
    @Argument(help: "The name of the budget.", completion: .budgetNames)
    var budget: String
}

extension FactSheet {
    /// The details of a budget.
    init(_ budget: Budget, now: Timestamp) {
        self.init()
        add("Budget", "name", Cell(budget.name, .strong))
        add("Workspace", "workspace", Cell(budget.workspace))
        add("Keys", "keys", Cell(String(budget.keys)))
        addAllowance(budget.limits, budget.credits, now: now)
    }
}
