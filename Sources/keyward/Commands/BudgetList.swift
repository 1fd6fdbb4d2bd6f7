internal import ArgumentParser
internal import KeywardClient
internal import KeywardDisplay

/// `keyward budget list`
struct BudgetList: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the budgets of a workspace.", aliases: ["ls"])

    @OptionGroup var place: WorkspaceOption
    @OptionGroup var common: CommonOptions

    func run(in session: Session) throws {
        let params = ListBudgets.Params(workspace: place.workspace)
        try session.write(session.call(ListBudgets.self, params)) { result in
            guard !result.budgets.isEmpty else {
                let set = session.command(
                    "budget set", ["NAME"], flags: ["--limit=requests=100/60s"], in: place.workspace)
                return session.console.report(
                    """
                    There are no budgets in this workspace.
                    To create one, run: \(set)
                    """)
            }
            try session.console.write(Table(result.budgets))
        }
    }
}

extension Table {
    /// The budgets of a workspace.
    fileprivate init(_ budgets: [Budget]) {
        self.init(columns: [
            Column("BUDGET", least: 12), Column("KEYS"), Column("CREDITS"), Column("LIMITS"),
        ])
        rows = budgets.map { budget in
            let limits = budget.limits.map { "\($0.name)=\($0.short)" }.joined(separator: " ")
            return [
                Cell(budget.name, .strong), Cell(String(budget.keys)),
                budget.credits.map {
                    Cell(screen: CountText.short($0.remaining), exact: String($0.remaining))
                } ?? Cell("-"),
                Cell(limits.isEmpty ? "-" : limits),
            ]
        }
    }
}
