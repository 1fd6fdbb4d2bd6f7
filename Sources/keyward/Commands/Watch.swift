internal import ArgumentParser
internal import KeywardClient

/// `keyward watch`
struct Watch: SessionCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show events as they happen.",
        discussion: """
            Each event is one line, until Ctrl-C. When piped: number of the audit entry, time, type, workspace, \
            key name, prefix, key id, account and details, tab-separated. With --json each event is one line.

            When the daemon restarts, the command connects again and shows what happened meanwhile.
            """)

    @Option(
        name: .customLong("type"),
        help: ArgumentHelp(
            "Show only events of this type, such as created or expiring. Separate several with commas.",
            valueName: "type"),
        completion: .words(Event.Kind.known), transform: words)
    var typeLists: [[Event.Kind]] = []

    @Option(
        name: [.customShort("w"), .long],
        help: "Show only events of this workspace; by default of all that you are a member of.",
        completion: .workspaceNames)
    var workspace: String?

    @OptionGroup var common: CommonOptions

    func run(in session: Session) throws {
        let watcher = EventWatcher(session: session, types: typeLists.flatMap(\.self), workspace: workspace)
        try watcher.run { event in
            if common.json {
                try session.console.write(json: event.text)
            } else {
                try session.console.write(row(event.value, session.console))
            }
        }
    }

    private func row(_ event: Event, _ console: Console) -> String {
        let row = EventRow(event)
        return console.isScreen ? row.rendered(console.palette) : row.tabSeparated(console.palette)
    }
}
