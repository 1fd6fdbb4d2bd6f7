internal import Hummingbird
internal import KeywardClient
internal import KeywardProtocol

extension Screen {
    /// The route by which an open page asks for news of its rows, every 2 s.
    ///
    /// The page names its rows and their mark. As long as no change was made in the workspace, the rows themselves are
    /// read, whatever the number of keys: uses and the passing of time are no changes. Otherwise, and when the page
    /// names none, the keys are listed.
    func addRowsRoute(to router: ScreenRouter) {
        router.get(RouterPath(layout.paths.rows)) { request, _ in
            let fields = try query(request)
            let query = TableQuery(fields)
            let workspace = query.workspace ?? "default"
            let after = fields["after"].flatMap(RowsMark.init)
            // Read before the keys: a change after it is news for the next time.
            let seq = try await newestEntry(of: workspace)
            if let after, after.seq == seq, let shown = fields["keys"],
                let keys = try await keys(shown.split(separator: ",").map(String.init)),
                RowsMark(keys).standing == after.standing
            {
                return rows(keys, seq, after)
            }
            let list = try await daemon.call(ListKeys.self, query.params(workspace, counts: false))
            return rows(list.keys, seq, after)
        }
    }

    private func rows(_ keys: [Key], _ seq: Int, _ after: RowsMark?) -> Response {
        let mark = RowsMark(keys, seq: seq)
        let isKnown = after.map { $0.standing == mark.standing && $0.uses == mark.uses } ?? false
        let rows = isKnown ? nil : KeyRows(layout: layout, keys: keys, now: now()).html
        return Response(part: rows, mark: mark.text)
    }

    /// The number of the newest audit entry of a workspace.
    private func newestEntry(of workspace: String) async throws -> Int {
        try await daemon.auditEntries(workspace: workspace, isNewestFirst: true, limit: 1).first?.seq ?? 0
    }

    /// The keys with these prefixes, in their order; `nil` if one is not there, or for more than a page has.
    private func keys(_ prefixes: [String]) async throws -> [Key]? {
        guard prefixes.count <= TableQuery.pageSize else { return nil }
        do {
            return try await withThrowingTaskGroup(of: (Int, Key).self) { group in
                for (index, prefix) in prefixes.enumerated() {
                    group.addTask { (index, try await daemon.key(prefix)) }
                }
                var keys: [(Int, Key)] = []
                for try await found in group { keys.append(found) }
                return keys.sorted { $0.0 < $1.0 }.map(\.1)
            }
        } catch KeywardError.rejected {
            return nil
        }
    }
}
