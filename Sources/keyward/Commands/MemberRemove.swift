internal import ArgumentParser
internal import KeywardClient

/// `keyward member remove`
struct MemberRemove: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove a member from a workspace.", aliases: ["rm"])

    @Argument(help: "The member, as shown by 'keyward member list'.", completion: .memberNames)
    var principal: String

    @OptionGroup var place: WorkspaceOption
    @OptionGroup var confirmation: ConfirmationOption
    @OptionGroup var common: CommonOptions

    func run(in session: Session) throws {
        let answer = try session.callConfirming(
            RemoveMember.self, isConfirmed: confirmation.yes, question: "Remove \(principal) from \(place.name)?"
        ) { RemoveMember.Params(workspace: place.name, principal: principal, confirm: $0) }
        try session.write(answer) { _ in
            session.console.report("Removed \(principal) from \(place.name).")
        }
    }
}
