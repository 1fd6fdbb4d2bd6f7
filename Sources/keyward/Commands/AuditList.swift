internal import ArgumentParser
internal import KeywardClient

/// `keyward audit list`
struct AuditList: SessionCommand {
    private static let largestPage = 500

    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List who did what, oldest first.",
        discussion: """
            When piped: number, time, account, action, workspace, key id, details as JSON, key name and prefix, \
            tab-separated. With --json each page of entries is one line; with --last the newest entry comes first.
            """, aliases: ["ls"])

    @Option(help: ArgumentHelp("Show only entries about this key.", valueName: "key"), completion: .keyNames)
    var key: String?

    @Option(help: ArgumentHelp("Show only entries after this number.", valueName: "number"))
    var after: Int?

    @Option(help: ArgumentHelp("Show at most N entries.", valueName: "number"))
    var limit: Int?

    @Option(name: [.customShort("n"), .long], help: ArgumentHelp("Show the last N entries.", valueName: "number"))
    var last: Int?

    @Option(
        name: [.customShort("w"), .long],
        help: "Show only entries of this workspace. Without it operators see all, members see 'default'.",
        completion: .workspaceNames)
    var workspace: String?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        for (name, number) in [("--limit", limit), ("--last", last)] {
            guard let number, number < 1 else { continue }
            throw ValidationError("The value '\(number)' is invalid for '\(name)': It must be at least 1.")
        }
        if last != nil, limit != nil { throw ValidationError("Use --limit or --last, not both.") }
    }

    func run(in session: Session) throws {
        let count = try last == nil ? listForward(session) : listLast(session)
        if count == 0, !common.json { session.console.report("There are no entries.") }
    }

    /// Writes the entries page by page.
    private func listForward(_ session: Session) throws -> Int {
        var table: TableWriter?
        var (seen, cursor) = (0, after)
        while true {
            let wanted = min(Self.largestPage, limit.map { $0 - seen } ?? .max)
            let params = ListAudit.Params(workspace: workspace, key: key, after: cursor, limit: wanted)
            let page = try session.call(ListAudit.self, params)
            let new = page.value.entries
            if common.json {
                if !new.isEmpty || seen == 0 { try session.console.write(json: page.text) }
            } else if !new.isEmpty {
                try write(new, session.console, &table)
            }
            seen += new.count
            cursor = new.last?.seq ?? cursor
            if new.count < wanted || seen >= limit ?? .max { return seen }
        }
    }

    /// Requests the newest entries, and writes them oldest first.
    private func listLast(_ session: Session) throws -> Int {
        let count = last ?? 0
        var entries: [AuditEntry] = []
        while true {
            let wanted = min(Self.largestPage, count - entries.count)
            let params = ListAudit.Params(
                workspace: workspace, key: key, after: after, before: entries.last?.seq, newestFirst: true,
                limit: wanted)
            let page = try session.call(ListAudit.self, params)
            if common.json { try session.console.write(json: page.text) }
            entries += page.value.entries
            if page.value.entries.count < wanted || entries.count >= count { break }
        }
        var table: TableWriter?
        if !common.json, !entries.isEmpty { try write(entries.reversed(), session.console, &table) }
        return entries.count
    }

    private func write(_ entries: [AuditEntry], _ console: Console, _ table: inout TableWriter?) throws {
        let rows = entries.map { AuditRow($0, now: console.now) }
        guard console.isScreen else {
            var writer = table ?? TableWriter(AuditRow.exactColumns, console)
            defer { table = writer }
            return try writer.write(rows.map(\.exactCells))
        }
        // When only one workspace can be listed, its name needs no column.
        let withWorkspace = workspace == nil || workspace == "*"
        var writer = table ?? TableWriter(AuditRow.columns(withWorkspace: withWorkspace), console)
        defer { table = writer }
        try writer.write(rows.map { $0.cells(withWorkspace: withWorkspace) })
    }
}
