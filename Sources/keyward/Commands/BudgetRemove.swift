internal import ArgumentParser
internal import KeywardClient

/// `keyward budget remove`
struct BudgetRemove: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove a budget on which no key draws.", aliases: ["rm"])

    @OptionGroup var target: BudgetArgument
    @OptionGroup var place: WorkspaceOption
    @OptionGroup var common: CommonOptions

    func run(in session: Session) throws {
        let params = RemoveBudget.Params(name: target.budget, workspace: place.workspace)
        try session.write(session.call(RemoveBudget.self, params)) { _ in
            session.console.report("Removed the budget \(target.budget).")
        }
    }
}
