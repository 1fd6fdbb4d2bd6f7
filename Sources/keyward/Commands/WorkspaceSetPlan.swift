internal import ArgumentParser
internal import KeywardClient

/// `keyward workspace set-plan`
struct WorkspaceSetPlan: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "set-plan", abstract: "Put a workspace on another plan.")

    @Argument(help: "The workspace.")
    var name: String

    @Argument(help: "A plan of the catalogue.")
    var plan: String

    @OptionGroup var confirmation: ConfirmationOption
    @OptionGroup var common: CommonOptions

    func run(in session: Session) throws {
        let answer = try session.callConfirming(
            SetPlan.self, isConfirmed: confirmation.yes, question: "Put \(name) on plan \(plan)?"
        ) { SetPlan.Params(workspace: name, plan: plan, confirm: $0) }
        try session.write(answer) { result in
            let access = result.workspace.apiAccess ? "" : "; its keys are suspended, for the plan has no API access"
            session.console.tell("\(result.workspace.name) is on plan \(result.workspace.plan) now\(access).")
        }
    }
}
