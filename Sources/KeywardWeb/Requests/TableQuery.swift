internal import KeywardClient
internal import KeywardDisplay
internal import KeywardProtocol

/// What the table shows, as its address has it.
struct TableQuery: Hashable, Sendable {
    var workspace: String?
    /// `live`, `all`, `stale` or a status.
    var show = Self.live
    var search: String?
    /// As in `keys.list`.
    var sort = Self.newest
    var cursor: String?

    static let live = "live"
    static let all = "all"
    static let newest = "-created"
    /// The keys of a page: with the longest texts of used keys it stays below 50 kB.
    static let pageSize = 25

    /// The choices of the filter, with their labels.
    static let choices: [(value: String, label: String)] =
        [
            (live, "Current keys"), (all, "All keys"),
            (Key.Status.stale.rawValue, "Stale keys"),
        ]
        + Key.Status.known.filter { $0 != .stale }.map { ($0.rawValue, "Only \($0)") }

    init(_ fields: FormFields) {
        workspace = fields["workspace"]
        if let show = fields["show"], Self.choices.contains(where: { $0.value == show }) { self.show = show }
        search = fields["search"]
        if let sort = fields["sort"], ListKeys.KeySort.known.contains(where: { $0.rawValue == sort }) {
            self.sort = sort
        }
        cursor = fields["cursor"]
    }

    /// The first page with all live keys of a workspace.
    init(workspace: String?) {
        self.workspace = workspace
    }

    /// The query of an address, empty or from `?` on. What is usual is left out.
    var text: String {
        let parts = [
            workspace.map { ("workspace", $0) }, show == Self.live ? nil : ("show", show),
            search.map { ("search", $0) },
            sort == Self.newest ? nil : ("sort", sort), cursor.map { ("cursor", $0) },
        ].compactMap { $0 }
        return parts.isEmpty
            ? "" : "?" + parts.map { "\($0.0)=\(PercentEncoding.text($0.1))" }.joined(separator: "&")
    }

    /// Whether a filter leaves out more than ended keys.
    var isFiltered: Bool { search != nil || ![Self.live, Self.all].contains(show) }

    /// The same keys in another order, from the first page on.
    func sorted(by sort: String) -> TableQuery {
        var query = self
        (query.sort, query.cursor) = (sort, nil)
        return query
    }

    /// Another page of the same keys; `nil` is the first.
    func page(_ cursor: String?) -> TableQuery {
        var query = self
        query.cursor = cursor
        return query
    }

    /// The parameters of the call. Stale keys are found by that fact, whatever their status shows.
    ///
    /// - Parameter counts: Whether all keys are counted, which examines each.
    func params(_ workspace: String, counts: Bool = true) -> ListKeys.Params {
        let isStale = show == Key.Status.stale.rawValue
        let status: [Key.Status]? =
            switch show {
            case Self.all: nil
            case Self.live, Key.Status.stale.rawValue: Key.Status.live
            default: [Key.Status(rawValue: show)]
            }
        return ListKeys.Params(
            workspace: workspace, status: status, facts: isStale ? [.stale] : nil, search: search,
            sort: ListKeys.KeySort(rawValue: sort), limit: Self.pageSize, cursor: cursor, total: counts ? true : nil)
    }
}
