internal import ArgumentParser
internal import KeywardClient

/// `keyward member list`
struct MemberList: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the members of a workspace.", aliases: ["ls"])

    @OptionGroup var place: WorkspaceOption
    @OptionGroup var common: CommonOptions

    func run(in session: Session) throws {
        let params = ListMembers.Params(workspace: place.name)
        try session.write(session.call(ListMembers.self, params)) { result in
            guard !result.members.isEmpty else {
                let grant = session.command("member grant", ["user:NAME", "admin"], in: place.workspace)
                return session.console.report(
                    """
                    Workspace \(place.name) has no members; operators can do everything there.
                    To add a member, run: \(grant)
                    """)
            }
            try session.console.write(Table(result.members, now: session.console.now))
            for member in result.members where member.void == true {
                let remove = session.command("member remove", [member.principal], in: place.workspace)
                session.console.report(
                    """
                    The grant to \(member.principal) is void: the name does not mean number \(member.id) any more.
                    To remove it, run: \(remove)
                    """, .notice)
            }
        }
    }
}
