internal import ArgumentParser
internal import KeywardClient
internal import KeywardDisplay

/// `keyward confirm`
struct Confirm: SessionCommand {
    static let configuration = CommandConfiguration(abstract: "Complete a rotation: the old key stops at once.")

    @OptionGroup var target: KeyArgument
    @OptionGroup var confirmation: ConfirmationOption
    @OptionGroup var common: CommonOptions

    func run(in session: Session) throws {
        let answer = try session.callConfirming(
            ConfirmRotation.self, isConfirmed: confirmation.yes, question: "Stop the old key now?"
        ) { ConfirmRotation.Params(key: target.key, workspace: target.place.workspace, confirm: $0) }
        try session.write(answer) { result in
            session.console.report(
                "Rotation complete: \(result.key.shown) is the only key now. The old key no longer works.")
            guard result.key.status == .disabled else { return }
            let enable = session.command("enable", [result.key.prefix], in: result.key.workspace)
            session.console.report("The new key is disabled. To enable it, run: \(enable)", .notice)
        }
    }
}
