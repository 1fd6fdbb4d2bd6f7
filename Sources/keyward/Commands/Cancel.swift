internal import ArgumentParser
internal import KeywardClient
internal import KeywardDisplay

/// `keyward cancel`
struct Cancel: SessionCommand {
    static let configuration = CommandConfiguration(abstract: "Cancel a rotation before its first use.")

    @OptionGroup var target: KeyArgument
    @OptionGroup var confirmation: ConfirmationOption
    @OptionGroup var common: CommonOptions

    func run(in session: Session) throws {
        let answer = try session.callConfirming(
            CancelRotation.self, isConfirmed: confirmation.yes, question: "Cancel the rotation?"
        ) { CancelRotation.Params(key: target.key, workspace: target.place.workspace, confirm: $0) }
        try session.write(answer) { result in
            session.console.report(
                "Rotation cancelled: \(result.key.shown) stays \(result.key.status). The new key is revoked.")
        }
    }
}
