internal import ArgumentParser
internal import KeywardClient
internal import KeywardDisplay

/// `keyward member`
struct MemberCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "member", abstract: "Manage workspace members.",
        subcommands: [MemberGrant.self, MemberRemove.self, MemberList.self])
}

extension Table {
    /// The members of a workspace.
    init(_ members: [Member], now: Timestamp) {
        self.init(columns: [
            Column("PRINCIPAL", least: 12), Column("ID"), Column("ROLE"), Column("VERIFIER"), Column("GRANTED"),
            Column("BY"), Column("STATE"),
        ])
        rows = members.map { member in
            [
                Cell(member.principal, .strong), Cell(String(member.id)), Cell(member.role.rawValue),
                Cell(member.verifier == true ? "yes" : "no"),
                Cell(screen: RelativeTime.text(member.grantedAt, now: now), exact: member.grantedAt.description),
                Cell(member.grantedBy.shown),
                member.void == true ? Cell("void", .notice) : Cell("active"),
            ]
        }
    }
}
