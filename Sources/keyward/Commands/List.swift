internal import ArgumentParser
internal import KeywardClient
internal import KeywardDisplay

/// `keyward list`
struct List: SessionCommand {
    private static let largestPage = 500

    static let configuration = CommandConfiguration(
        abstract: "List the keys of a workspace.",
        discussion: """
            Keys that are revoked, superseded or expired are left out, unless --status or --all asks for them.

            When piped: name, prefix, usage count, last use, expiry, status and actions, tab-separated, one key per \
            line. With --workspace '*' the workspace comes first.
            """, aliases: ["ls"])

    @Flag(name: [.customShort("a"), .long], help: "Show ended keys too.")
    var all = false

    @Option(
        help: "Show keys with this status only. Separate several with commas.",
        completion: .words(Key.Status.known), transform: words)
    var status: [[Key.Status]] = []

    @Flag(help: "Show only keys that have not been used for a long time.")
    var stale = false

    @Option(
        help: ArgumentHelp(
            "Show only keys that expire within this time: 7d, 2w, 1mo, or by a date.", valueName: "time"),
        transform: TimeArgument.option)
    var expiresWithin: TimeArgument?

    @Option(
        help: "Filter by condition, whatever the status shows: retiring, expiring, stale, unused.",
        completion: .words([Key.Status.retiring, .expiring, .stale, .unused]), transform: words)
    var fact: [[Key.Status]] = []

    @Option(
        help: ArgumentHelp("Show only keys whose \(Key.searchedMembers) contains this.", valueName: "text"))
    var search: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "created, name, lastUsed, usage or expires; prefix with - for descending.",
            valueName: "order"), completion: .words(ListKeys.KeySort.known))
    var sort: String?

    @Option(help: ArgumentHelp("Show at most N keys.", valueName: "number"))
    var limit: Int?

    @Option(
        name: [.customShort("w"), .long],
        help: "The workspace; by default 'default'. '*' means all, for operators.", completion: .workspaceNames)
    var workspace: String?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if let limit, limit < 1 {
            throw ValidationError("The value '\(limit)' is invalid for '--limit': It must be at least 1.")
        }
    }

    func run(in session: Session) throws {
        var wanted = try params(session.console.now)
        var json = KeyPages.JSONWriter(session.console)
        var table = TableWriter(columns, session.console)
        var shown = 0
        while true {
            wanted.limit = min(Self.largestPage, limit.map { $0 - shown } ?? .max)
            let text = try session.text(of: ListKeys.self, wanted)
            let page = try KeyRowPage(text)
            let isFirst = shown == 0
            shown += page.rows.count
            let isLast = page.nextCursor == nil || shown >= limit ?? .max || page.rows.isEmpty
            if common.json {
                try json.write(text, isLast: isLast)
            } else {
                if isFirst { try begin(page, session) }
                if !page.rows.isEmpty { try table.write(page.rows.map { row($0, session.console.now) }) }
            }
            if isLast { return }
            wanted.cursor = page.nextCursor
            wanted.total = nil
        }
    }

    private func params(_ now: Timestamp) throws -> ListKeys.Params {
        let facts = fact.flatMap(\.self) + (stale ? [.stale] : [])
        let statuses = status.flatMap(\.self)
        return ListKeys.Params(
            workspace: workspace, status: statuses.isEmpty ? (all ? nil : Key.Status.live) : statuses,
            facts: facts.isEmpty ? nil : facts, search: search, expiresBefore: try expiresWithin?.end(now: now),
            sort: sort.map(ListKeys.KeySort.init), columns: common.json ? nil : KeyRow.columns,
            total: common.json ? nil : true)
    }

    /// Whether a filter leaves out more than ended keys.
    private var isFiltered: Bool {
        stale || search != nil || expiresWithin != nil || !status.isEmpty || !fact.isEmpty
    }

    // MARK: Output

    private var isEverywhere: Bool { workspace == "*" }

    private var columns: [Table.Column] {
        (isEverywhere ? [KeyCells.workspaceColumn] : []) + KeyCells.columns
    }

    private func row(_ key: KeyRow, _ now: Timestamp) -> [Cell] {
        (isEverywhere ? [Cell(key.workspace)] : []) + KeyCells(key: key, now: now).row
    }

    /// Writes the text before the first key.
    private func begin(_ first: KeyRowPage, _ session: Session) throws {
        // Notices about all keys are shown with the list. If they cannot be read, the list is shown without them.
        session.report((try? session.call(Ping.self, NoParams()))?.value.notices)
        let console = session.console
        let matching = first.matching ?? first.rows.count
        let totals = KeyPages.Totals(
            shown: min(matching, limit ?? .max), matching: matching, total: first.total ?? matching,
            hidesEnded: !all && !isFiltered)
        if console.isScreen {
            try console.write(KeyPages.heading(workspace ?? "default", first.access, totals, console.palette))
            if !first.rows.isEmpty { try console.write("\n") }
        } else if let notice = first.access.notice {
            console.report(notice, .notice)
        }
        if first.rows.isEmpty { reportNone(first.access, totals, session) }
    }

    private func reportNone(_ access: Access, _ totals: KeyPages.Totals, _ session: Session) {
        if isFiltered {
            let advice = all || !status.isEmpty ? "" : " --all includes ended keys."
            return session.console.report("No key matches." + advice)
        }
        if totals.total > 0 { return session.console.report("All keys here have ended. --all shows them.") }
        guard access.apiAccess else { return }
        let example = session.command("create", ["staging-api"], in: isEverywhere ? nil : workspace)
        session.console.report("There are no keys yet. To create one, run for example: \(example)")
    }
}
