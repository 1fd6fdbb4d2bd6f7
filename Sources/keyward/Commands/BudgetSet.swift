internal import ArgumentParser
internal import KeywardClient

/// `keyward budget set`
struct BudgetSet: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Create a budget, or change its limits and credits.",
        discussion: """
            What is not given is kept. New limits replace all old ones; what was spent follows their names. To have a \
            key draw on the budget: `keyward update KEY --budget NAME`.
            """)

    @OptionGroup var target: BudgetArgument
    @OptionGroup var allowance: AllowanceOptions

    @Option(help: "Remove limits, credits or refill; repeatable.")
    var clear: [Clearable] = []

    @OptionGroup var place: WorkspaceOption
    @OptionGroup var common: CommonOptions

    enum Clearable: String, CaseIterable, ExpressibleByArgument {
        case limits, credits, refill
    }

    func run(in session: Session) throws {
        let params = SetBudget.Params(
            name: target.budget, workspace: place.workspace,
            limits: clear.contains(.limits) ? .clear : allowance.limits.map { .set($0) } ?? .keep,
            credits: allowance.creditChange(
                clearing: clear.contains(.credits), refill: clear.contains(.refill)))
        let answer = try session.call(SetBudget.self, params)
        try session.write(answer) { result in
            try session.console.write(FactSheet(result.budget, now: session.console.now))
        }
    }
}
