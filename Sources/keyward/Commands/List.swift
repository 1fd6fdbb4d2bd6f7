internal import ArgumentParser
internal import KeywardClient

/// `keyward list`
struct List: SessionCommand {
    private static let largestPage = 500

    static let configuration = CommandConfiguration(
        abstract: "List the keys of a workspace.",
        discussion: """
            Off a terminal: name, prefix, usage count, last use, expiry, status and actions between tabs, a key a line.
            """, aliases: ["ls"])

    @Option(
        help: "Only keys with this status; several with commas between them.",
        completion: .words(Key.Status.known), transform: words)
    var status: [[Key.Status]] = []

    @Flag(help: "Only keys that have not been used for long.")
    var stale = false

    @Option(
        help: "Only keys of which this holds, whatever their status shows: retiring, expiring, stale, unused.",
        completion: .words([Key.Status.retiring, .expiring, .stale, .unused]), transform: words)
    var fact: [[Key.Status]] = []

    @Option(help: ArgumentHelp("Only keys whose name, prefix, owner or purpose contains this.", valueName: "text"))
    var search: String?

    @Option(
        help: ArgumentHelp(
            "created, name, lastUsed, usage or expires; with - before it the other way round.",
            valueName: "order"), completion: .words(ListKeys.KeySort.known))
    var sort: String?

    @Option(help: ArgumentHelp("At most so many keys.", valueName: "number"))
    var limit: Int?

    @OptionGroup var place: WorkspaceOption
    @OptionGroup var common: CommonOptions

    func validate() throws {
        if let limit, limit < 1 {
            throw ValidationError("The value '\(limit)' is invalid for '--limit': It must be at least 1.")
        }
    }

    func run(in session: Session) throws {
        var pages: [Answer<ListKeys.Result>] = []
        var count = 0
        repeat {
            let page = try session.call(ListKeys.self, params(after: count, pages.last?.value.nextCursor))
            count += page.value.keys.count
            pages.append(page)
        } while pages.last?.value.nextCursor != nil && count < limit ?? .max && pages.last?.value.keys.isEmpty == false
        guard !common.json else { return try session.console.write(json: KeyPages.merged(pages.map(\.text))) }
        // What concerns every key is said with the keys; that it cannot be asked for is no reason to keep them back.
        session.tell((try? session.call(Ping.self, NoParams()))?.value.notices)
        try show(pages.flatMap(\.value.keys), access: pages[0].value.access, session)
    }

    private func params(after count: Int, _ cursor: String?) -> ListKeys.Params {
        let statuses = status.flatMap(\.self)
        let facts = fact.flatMap(\.self) + (stale ? [.stale] : [])
        return ListKeys.Params(
            workspace: place.workspace, status: statuses.isEmpty ? nil : statuses,
            facts: facts.isEmpty ? nil : facts, search: search,
            sort: sort.map(ListKeys.KeySort.init), limit: min(Self.largestPage, limit.map { $0 - count } ?? .max),
            cursor: cursor)
    }

    private var isFiltered: Bool { stale || search != nil || !status.isEmpty || !fact.isEmpty }

    private func show(_ keys: [Key], access: Access, _ session: Session) throws {
        let console = session.console
        if console.isScreen {
            try console.write(KeyPages.heading(place.name, access, keys.count, isFiltered, console.palette))
        } else if let notice = access.notice {
            console.tell(notice, .notice)
        }
        guard !keys.isEmpty else {
            if isFiltered { return console.tell("No key matches.") }
            if access.apiAccess {
                let example = session.command("create", ["staging-api"], in: place.workspace)
                console.tell("There are no keys yet. To create one, run for example: \(example)")
            }
            return
        }
        var table = Table(columns: KeyCells.columns)
        table.rows = keys.map { KeyCells(key: $0, now: console.now).row }
        if console.isScreen { try console.write("\n") }
        try console.write(table)
    }
}
