internal import ArgumentParser
internal import KeywardClient

/// `keyward audit list`
struct AuditList: SessionCommand {
    private static let largestPage = 500

    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List who did what, oldest first.",
        discussion: """
            Off a terminal: number, instant, account, action, workspace, key id and details between tabs. With --json \
            each page of the daemon's is a line.
            """, aliases: ["ls"])

    @Option(help: ArgumentHelp("Only this key.", valueName: "key"), completion: .keyNames)
    var key: String?

    @Option(help: ArgumentHelp("Only entries after this number.", valueName: "number"))
    var after: Int?

    @Option(help: ArgumentHelp("At most so many entries.", valueName: "number"))
    var limit: Int?

    @Option(name: [.customShort("n"), .long], help: ArgumentHelp("Only the last so many.", valueName: "number"))
    var last: Int?

    @OptionGroup var place: WorkspaceOption
    @OptionGroup var common: CommonOptions

    func validate() throws {
        if let limit, limit < 1 {
            throw ValidationError("The value '\(limit)' is invalid for '--limit': It must be at least 1.")
        }
        if let last, last < 1 {
            throw ValidationError("The value '\(last)' is invalid for '--last': It must be at least 1.")
        }
        if last != nil, common.json { throw ValidationError("--json gives whole pages: use --after, not --last.") }
    }

    func run(in session: Session) throws {
        var entries: [AuditEntry] = []
        var (seen, cursor) = (0, after)
        while true {
            let wanted = min(Self.largestPage, limit.map { $0 - seen } ?? .max)
            let params = ListAudit.Params(workspace: place.workspace, key: key, after: cursor, limit: wanted)
            let page = try session.call(ListAudit.self, params)
            let new = page.value.entries
            if common.json, !new.isEmpty || seen == 0 { try session.console.write(json: page.text) }
            entries += new
            // Only what may still be shown is kept: a trail can be longer than the memory is wide.
            if let last, entries.count > last { entries.removeFirst(entries.count - last) }
            seen += new.count
            cursor = new.last?.seq ?? cursor
            if new.count < wanted || seen >= limit ?? .max { break }
        }
        if common.json { return }
        guard !entries.isEmpty else { return session.console.tell("There are no entries.") }
        try session.console.write(table(entries, session.console.now))
    }

    private func table(_ entries: [AuditEntry], _ now: Timestamp) -> Table {
        var table = Table(columns: [
            Table.Column("SEQ"), Table.Column("WHEN"), Table.Column("WHO"), Table.Column("ACTION"),
            Table.Column("WORKSPACE", least: 9), Table.Column("KEY", least: 8), Table.Column("DETAILS", least: 12),
        ])
        table.rows = entries.map { entry in
            let details = entry.details == .emptyObject ? "" : entry.details.text
            return [
                Cell(String(entry.seq), .faint),
                Cell(screen: RelativeTime.text(entry.at, now: now), exact: entry.at.description),
                Cell(entry.actor.shown), Cell(entry.action, .strong), Cell(entry.workspace ?? "-"),
                Cell(entry.keyId ?? "-"), Cell(screen: details, exact: entry.details.text, .faint),
            ]
        }
        return table
    }
}
