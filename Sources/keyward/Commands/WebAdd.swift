internal import ArgumentParser
internal import KeywardBase
internal import KeywardClient

/// `keyward web add`
struct WebAdd: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Give a person of a team the screen at your site's address.",
        discussion: """
            It makes an account without login for the person and grants it the role. It starts the screen, and adds \
            the person to nginx's map.
            nginx authenticates people. A person can be added again, for example for a role in another workspace.
            """)

    @Argument(help: "The name by which the person logs in at nginx.", transform: Self.person)
    var person: PersonName

    @Option(
        help: ArgumentHelp("The role: viewer or admin.", valueName: "role"),
        completion: .words(Member.Role.known), transform: word)
    var role: Member.Role

    @Option(
        help: ArgumentHelp("The host name of the site, needed once.", valueName: "name"), transform: Self.host)
    var host: SiteAddress?

    @Option(
        help: ArgumentHelp("The path of the screen: /settings/api-access by default.", valueName: "path"),
        transform: Self.path)
    var path: String?

    @OptionGroup var place: WorkspaceOption
    @OptionGroup var common: CommonOptions

    func run(in session: Session) throws {
        try AdministratorOnly.require(session)
        let setUp = TeamSetUp(
            session: session, folder: TeamFolder(), person: person, workspace: place.name, role: role, host: host,
            path: path)
        let outcome = try setUp.run()
        guard !session.options.json else { return try session.console.write(json: report(outcome)) }
        session.console.report(
            """
            Granted \(role) on \(place.name) to \(person.text), as the account \(outcome.account.name).
            The address of the screen is \(outcome.site.url)
            """)
        if let advice = outcome.webServer.advice { session.console.report(advice, .notice) }
    }

    private func report(_ outcome: TeamSetUp.Outcome) throws -> JSONText {
        let report = Report(
            person: person.text, account: outcome.account.name, uid: outcome.account.uid, workspace: place.name,
            role: role, url: outcome.site.url, advice: outcome.webServer.advice)
        return JSONText(try JSONCoding.string(of: report))
    }

    private struct Report: Encodable {
        var person: String
        var account: String
        var uid: UInt32
        var workspace: String
        var role: Member.Role
        var url: String
        var advice: String?
    }

    private static func person(_ text: String) throws -> PersonName {
        try PersonName.argument(text)
    }

    private static func host(_ text: String) throws -> SiteAddress {
        guard let address = SiteAddress(authority: text) else {
            throw ValidationError("Use a host name in lower case, such as keys.example.com.")
        }
        return address
    }

    private static func path(_ text: String) throws -> String {
        guard SiteAddress.isPath(text) else {
            throw ValidationError("Use a path such as /settings/api-access, without a slash at its end.")
        }
        return text
    }
}

extension PersonName {
    /// Parses an argument.
    static func argument(_ text: String) throws -> PersonName {
        guard let person = PersonName(text) else { throw ValidationError(rule) }
        return person
    }
}
