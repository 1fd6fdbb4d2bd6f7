internal import ArgumentParser
internal import KeywardClient

/// `keyward budget show`
struct BudgetShow: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a budget and what remains of it.", aliases: ["get"])

    @OptionGroup var target: BudgetArgument
    @OptionGroup var place: WorkspaceOption
    @OptionGroup var common: CommonOptions

    func run(in session: Session) throws {
        let params = GetBudget.Params(name: target.budget, workspace: place.workspace)
        try session.write(session.call(GetBudget.self, params)) { result in
            try session.console.write(FactSheet(result.budget, now: session.console.now))
        }
    }
}
