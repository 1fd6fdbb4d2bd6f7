internal import ArgumentParser
internal import KeywardClient
internal import KeywardDisplay

/// `keyward workspace list`
struct WorkspaceList: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the workspaces that you are a member of.", aliases: ["ls"])

    @OptionGroup var common: CommonOptions

    func run(in session: Session) throws {
        try session.write(session.call(ListWorkspaces.self, ListWorkspaces.Params())) { result in
            let console = session.console
            guard !result.workspaces.isEmpty else {
                return console.report("You are not a member of any workspace. The admins of a workspace can add you.")
            }
            var table = Table(columns: [
                Table.Column("NAME", least: 12), Table.Column("PLAN"), Table.Column("API ACCESS"), Table.Column("TAG"),
                Table.Column("KEYS"), Table.Column("CREATED"),
            ])
            table.rows = result.workspaces.map { row($0, console.now) }
            try console.write(table)
        }
    }

    private func row(_ workspace: Workspace, _ now: Timestamp) -> [Cell] {
        let keys = workspace.keys.counts.values.reduce(0, +)
        return [
            Cell(workspace.name, .strong), Cell(workspace.plan),
            Cell(
                screen: workspace.apiAccess ? "yes" : "no", exact: String(workspace.apiAccess),
                workspace.apiAccess ? .plain : .notice),
            Cell(workspace.tag), Cell(screen: CountText.short(keys), exact: String(keys)),
            Cell(
                screen: RelativeTime.text(workspace.createdAt, now: now), exact: workspace.createdAt.description),
        ]
    }
}
