internal import ArgumentParser
internal import KeywardClient

/// `keyward member grant`
struct MemberGrant: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "grant", abstract: "Give a Unix user or group a role in a workspace.")

    @Argument(help: "The account: user:NAME, group:NAME, uid:N or gid:N.", completion: .principals)
    var principal: String

    @Argument(help: "The role: viewer or admin.", completion: .words(Member.Role.known), transform: word)
    var role: Member.Role

    @OptionGroup var place: WorkspaceOption
    @OptionGroup var common: CommonOptions

    func run(in session: Session) throws {
        let params = GrantMember.Params(
            workspace: place.name, principal: principal, role: role)
        try session.write(session.call(GrantMember.self, params)) { _ in
            session.console.report("Granted \(role) on \(place.name) to \(principal).")
        }
    }
}
