internal import ArgumentParser
internal import KeywardClient

/// `keyward web remove`
struct WebRemove: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Take the screen and all roles away from a person of a team.",
        discussion: """
            The account stays without groups and roles, because the audit trail names it. 'keyward web add' restores it.
            """,
        aliases: ["rm"])

    @Argument(
        help: "The person, as shown by 'keyward web list'.", completion: .teamNames, transform: PersonName.argument)
    var person: PersonName

    @OptionGroup var common: CommonOptions

    func run(in session: Session) throws {
        try AdministratorOnly.require(session)
        let outcome = try TeamRemoval(session: session, folder: TeamFolder(), person: person).run()
        guard !session.options.json else { return try session.console.write(json: report(outcome)) }
        let roles = outcome.workspaces.isEmpty ? "" : " and the roles in \(outcome.workspaces.joined(separator: ", "))"
        session.console.report("Removed the screen of \(person.text)\(roles).")
        if case .faulty = outcome.webServer, let advice = outcome.webServer.advice {
            session.console.report(advice, .notice)
        }
    }

    private func report(_ outcome: TeamRemoval.Outcome) throws -> JSONText {
        let report = Report(
            person: person.text, account: outcome.account.name, uid: outcome.account.uid,
            workspaces: outcome.workspaces)
        return JSONText(try JSONCoding.string(of: report))
    }

    private struct Report: Encodable {
        var person: String
        var account: String
        var uid: UInt32
        var workspaces: [String]
    }
}
