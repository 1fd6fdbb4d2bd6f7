internal import ArgumentParser
internal import KeywardClient

/// `keyward cancel`
struct Cancel: SessionCommand {
    static let configuration = CommandConfiguration(abstract: "Take a rotation back while the new key is unused.")

    @OptionGroup var target: KeyArgument
    @OptionGroup var confirmation: ConfirmationOption
    @OptionGroup var common: CommonOptions

    func run(in session: Session) throws {
        let answer = try session.callConfirming(
            CancelRotation.self, isConfirmed: confirmation.yes, question: "Take the rotation back?"
        ) { CancelRotation.Params(key: target.key, workspace: target.place.workspace, confirm: $0) }
        try session.write(answer) { result in
            session.console.tell("Cancelled: \(result.key.shown) goes on as before; its successor is revoked.")
        }
    }
}
