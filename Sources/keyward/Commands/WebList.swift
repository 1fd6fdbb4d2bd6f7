internal import ArgumentParser
internal import KeywardClient

/// `keyward web list`
struct WebList: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the people of a team who have the screen.", aliases: ["ls"])

    @Flag(help: "Show also people whose screen was removed.")
    var all = false

    @OptionGroup var common: CommonOptions

    func run(in session: Session) throws {
        let folder = TeamFolder()
        let people = PeopleMap(try TeamFolder.read(folder.people))
        let roles = try TeamRoles(session)
        let rows = try AccountCommands.all()
            .map { account in
                Row(
                    person: account.person.text, account: account.name, uid: account.uid, roles: roles[account],
                    enabled: people[account.person] == account.uid)
            }
            .filter { all || $0.enabled }.sorted { $0.person < $1.person }
        guard !session.options.json else {
            return try session.console.write(json: JSONText(JSONCoding.string(of: ["people": rows])))
        }
        guard !rows.isEmpty else {
            return session.console.report(
                """
                Nobody has the screen of a team.
                To add a person, run: keyward web add PERSON --role admin
                """)
        }
        try session.console.write(Table(rows))
    }

    fileprivate struct Row: Encodable {
        var person: String
        var account: String
        var uid: UInt32
        var roles: [TeamRoles.Role]
        var enabled: Bool
    }
}

extension Table {
    fileprivate init(_ people: [WebList.Row]) {
        self.init(columns: [
            Column("PERSON", least: 12), Column("ACCOUNT"), Column("UID"), Column("ROLES", least: 12),
            Column("STATE"),
        ])
        rows = people.map { row in
            let roles = row.roles.map { "\($0.role) on \($0.workspace)" }.joined(separator: ", ")
            return [
                Cell(row.person, .strong), Cell(row.account), Cell(String(row.uid)),
                Cell(screen: roles.isEmpty ? "none" : roles, exact: roles),
                row.enabled ? Cell("enabled") : Cell("removed", .notice),
            ]
        }
    }
}
