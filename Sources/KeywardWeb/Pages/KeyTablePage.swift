internal import KeywardClient
internal import KeywardDisplay
internal import KeywardProtocol

/// The page at the base path: the keys of a workspace.
struct KeyTablePage: Sendable {
    let layout: Layout
    let query: TableQuery
    let workspace: String
    let workspaces: [Workspace]
    let list: ListKeys.Result
    /// What operators should know; empty if it cannot be read.
    let notices: HTML
    let now: Timestamp

    private var paths: ScreenPaths { layout.paths }

    /// Whether the caller can change keys here.
    private var canChange: Bool { !layout.settings.isReadOnly && list.access.role != .viewer }

    var html: HTML {
        layout.page("API keys", aside: switcher, isLive: !list.keys.isEmpty, content)
    }

    private var content: HTML {
        let isEmpty = list.keys.isEmpty && !query.isFiltered && list.total ?? 0 == 0
        return """
            <div class="heading"><h1>API keys</h1>\(createLink)</div>
            \(upgrade)\(notices)
            \(isEmpty ? firstSteps : filterForm + table)
            \(checklist)
            """
    }

    private var createLink: HTML? {
        guard list.access.apiAccess, !layout.settings.isReadOnly else { return nil }
        guard canChange else {
            return "<p class=\"faint\">You can view the keys of this workspace, not change them.</p>"
        }
        return "<a class=\"button primary\" href=\"\(paths.new(in: workspace))\">Create new API key</a>"
    }

    private var upgrade: HTML? {
        UpgradeNotice(access: list.access).message(
            "<p>Existing keys are shown below. They do not verify until the plan includes API access.</p>")
    }

    private var switcher: HTML {
        guard workspaces.count > 1 else { return "<span class=\"workspace\"><bdi>\(workspace)</bdi></span>" }
        let options = workspaces.map { other -> HTML in
            let mark: HTML = other.name == workspace ? " selected" : .empty
            return "<option value=\"\(other.name)\"\(mark)>\(other.name)</option>"
        }
        return """
            <form class="switch" method="get" action="\(paths.base)">
            <label class="hidden" for="workspace">Workspace</label>
            <select id="workspace" name="workspace">\(options.joined())</select>
            <button>Switch</button>
            </form>
            """
    }

    private var filterForm: HTML {
        let options = TableQuery.choices.map { choice -> HTML in
            let mark: HTML = choice.value == query.show ? " selected" : .empty
            return "<option value=\"\(choice.value)\"\(mark)>\(choice.label)</option>"
        }
        let order: HTML? =
            query.sort == TableQuery.newest ? nil : "<input type=\"hidden\" name=\"sort\" value=\"\(query.sort)\">"
        let clear: HTML? =
            query.isFiltered
            ? "<a href=\"\(paths.table(TableQuery(workspace: workspace)))\">Clear</a>" : nil
        return """
            <form class="filter" method="get" action="\(paths.base)" role="search">
            <input type="hidden" name="workspace" value="\(workspace)">\(order)
            <label class="hidden" for="search">Search name, prefix, owner or purpose</label>
            <input id="search" name="search" type="search" value="\(query.search ?? "")" placeholder="Name, prefix, owner or purpose">
            <label class="hidden" for="show">Which keys</label>
            <select id="show" name="show">\(options.joined())</select>
            <button>Filter</button>\(clear)
            </form>
            """
    }

    private var table: HTML {
        if list.keys.isEmpty { return "<p class=\"none\">\(noneText)</p>" }
        let address = paths.rows + query.text
        return """
            <p class="count" id="count">\(countText)</p>
            <table class="keys" role="table" aria-describedby="count" data-rows="\(address)" data-mark="\(RowsMark(list.keys).text)">
            <caption class="hidden">API keys of the workspace \(workspace)</caption>
            <thead role="rowgroup"><tr role="row">\(headings)</tr></thead>
            <tbody role="rowgroup">\(KeyRows(layout: layout, keys: list.keys, now: now).html)</tbody>
            </table>
            \(pages)
            """
    }

    private var headings: HTML {
        [
            heading("Name", "name"), heading("Prefix", nil), heading("Usage count", "usage", "number"),
            heading("Last used", "lastUsed"), heading("Expiry", "expires"), heading("Status", nil),
            heading("Actions", nil),
        ].joined()
    }

    /// A heading; one with an order is a link that sorts by it, and reverses at the second time.
    private func heading(_ label: String, _ order: String?, _ style: HTML = .empty) -> HTML {
        guard let order else { return "<th scope=\"col\" role=\"columnheader\">\(label)</th>" }
        let isUp = query.sort == order
        let isDown = query.sort == "-" + order
        let sort: HTML = isUp ? " aria-sort=\"ascending\"" : isDown ? " aria-sort=\"descending\"" : .empty
        let link = paths.table(query.sorted(by: isUp ? "-" + order : order))
        return """
            <th scope="col" role="columnheader" class="\(style)"\(sort)><a href="\(link)">\(label)</a></th>
            """
    }

    private var countText: String {
        let (matching, total) = (list.matching ?? list.keys.count, list.total ?? list.keys.count)
        guard matching < total else { return CountText.of(total, "key") }
        let ended = query.isFiltered ? "" : ". The others have ended."
        return "\(CountText.grouped(matching)) of \(CountText.of(total, "key"))\(ended)"
    }

    private var noneText: HTML {
        query.isFiltered
            ? "No key matches this filter. <a href=\"\(paths.table(TableQuery(workspace: workspace)))\">Show all keys</a>"
            : "All keys here have ended. <a href=\"\(paths.table(allKeys))\">Show them</a>"
    }

    private var allKeys: TableQuery {
        var query = TableQuery(workspace: workspace)
        query.show = TableQuery.all
        return query
    }

    private var pages: HTML? {
        guard query.cursor != nil || list.nextCursor != nil else { return nil }
        let first: HTML? = query.cursor.map { _ in "<a href=\"\(paths.table(query.page(nil)))\">First page</a>" }
        let next: HTML? = list.nextCursor.map {
            "<a rel=\"next\" href=\"\(paths.table(query.page($0)))\">Next page</a>"
        }
        return "<nav class=\"pages\" aria-label=\"Pages\">\(first)\(next)</nav>"
    }

    private var firstSteps: HTML {
        guard list.access.apiAccess else { return "<p class=\"none\">There are no keys in this workspace.</p>" }
        let start: HTML =
            canChange
            ? "<p><a class=\"button primary\" href=\"\(paths.new(in: workspace))\">Create your first API key</a></p>"
            : "<p>You can view keys here. Somebody with the role admin can create the first key.</p>"
        return """
            <section class="card empty">
            <h2>There are no API keys yet</h2>
            <p>A key lets one service or integration prove who it is. Give each integration its own key.</p>
            <ol>
            <li>Enter a clear name, for example <code>staging-api</code>.</li>
            <li>Set an expiry date if your organization requires one.</li>
            <li>Copy the new key when it appears. It is shown once.</li>
            <li>Store it in your approved secure location.</li>
            </ol>
            \(start)
            </section>
            """
    }

    private var checklist: HTML {
        """
        <details class="checklist"><summary>Checklist for API keys</summary>
        <ul>
        <li>Create keys only when there is a clear business need.</li>
        <li>Use purpose-based names.</li>
        <li>Copy and store new keys immediately.</li>
        <li>Share keys only through approved secure channels.</li>
        <li>Rotate keys with coordination.</li>
        <li>Revoke unused or stale keys promptly.</li>
        </ul></details>
        """
    }
}
