internal import ArgumentParser
internal import KeywardClient

/// `keyward watch`
struct Watch: SessionCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what happens, as it happens.",
        discussion: """
            One line an event, from now on, until Ctrl-C. Off a terminal: number of the audit entry, instant, type, \
            workspace, key name, prefix, key id, account and details between tabs. With --json each event is a line.

            When the daemon restarts, it connects again and shows what happened in between.
            """)

    @Option(
        name: .customLong("type"),
        help: ArgumentHelp(
            "Only events of this type, such as created or expiring; several with commas between them.",
            valueName: "type"),
        completion: .words(Event.Kind.known), transform: words)
    var typeLists: [[Event.Kind]] = []

    @Option(
        name: [.customShort("w"), .long],
        help: "Only this workspace; all that you are a member of if it is not given.")
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
        return console.isScreen ? row.rendered(console.palette) : row.tabSeparated
    }
}
