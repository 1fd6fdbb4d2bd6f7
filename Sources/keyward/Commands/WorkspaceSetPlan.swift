internal import ArgumentParser
internal import KeywardClient

/// `keyward workspace set-plan`
struct WorkspaceSetPlan: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "set-plan", abstract: "Change the plan of a workspace.")

    @Argument(help: "The workspace.", completion: .workspaceNames)
    var name: String

    @Argument(help: "The plan, from the configuration.", completion: .planNames)
    var plan: String

    @OptionGroup var confirmation: ConfirmationOption
    @OptionGroup var common: CommonOptions

    func run(in session: Session) throws {
        let answer = try session.callConfirming(
            SetPlan.self, isConfirmed: confirmation.yes, question: "Change the plan of \(name) to \(plan)?"
        ) { SetPlan.Params(workspace: name, plan: plan, confirm: $0) }
        try session.write(answer) { result in
            let access = result.workspace.apiAccess ? "" : ". Its keys are suspended because the plan has no API access"
            session.console.report("Changed the plan of \(result.workspace.name) to \(result.workspace.plan)\(access).")
        }
    }
}
