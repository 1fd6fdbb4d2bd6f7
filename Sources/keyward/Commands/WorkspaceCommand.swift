internal import ArgumentParser
internal import KeywardClient
internal import KeywardDisplay

/// `keyward workspace`
struct WorkspaceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workspace", abstract: "Manage workspaces and their plans.",
        subcommands: [WorkspaceCreate.self, WorkspaceList.self, WorkspaceShow.self, WorkspaceSetPlan.self])
}

extension FactSheet {
    /// The details of a workspace.
    init(_ workspace: Workspace, now: Timestamp) {
        self.init()
        add("Name", "name", Cell(workspace.name, .strong))
        add("Plan", "plan", Cell(workspace.plan))
        add(
            "API access", "apiAccess",
            Cell(
                screen: workspace.apiAccess ? "yes" : "not included in this plan", exact: String(workspace.apiAccess),
                workspace.apiAccess ? .plain : .notice))
        add("Tag", "tag", Cell(workspace.tag))
        if let isClosed = workspace.closed {
            add(
                "Verified by", "closed",
                Cell(screen: isClosed ? "its verifiers" : "every account", exact: String(isClosed)))
        }
        add(tally: workspace.keys, "Keys", "keys")
        add("Created", "createdAt", .point(workspace.createdAt, now))
    }

    /// A count per word: in one line on a terminal, one line each for programs.
    mutating func add(tally: Tally, _ label: String, _ name: String) {
        let counts = tally.counts.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.filter { $0.value != 0 }
        let screen = counts.map { "\(CountText.short($0.value)) \($0.key)" }.joined(separator: ", ")
        let exact = counts.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        add(label, name, Cell(screen: screen.isEmpty ? "none" : screen, exact: exact))
    }
}
