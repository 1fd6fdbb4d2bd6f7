internal import Hummingbird
internal import KeywardClient
internal import KeywardProtocol

extension Screen {
    /// The routes that show a key and its history.
    func addKeyRoutes(to router: ScreenRouter) {
        let path = layout.paths.base + "/keys/{key}"
        router.get(RouterPath(path)) { request, context in
            let details = try await details(of: keyID(context))
            let page = KeyPage(layout: layout, details: details, done: try query(request)["done"], now: now())
            return Response(.ok, page.html)
        }
        router.get(RouterPath(path + "/rotation")) { request, context in
            let key = try await daemon.key(keyID(context))
            guard let ends = try await rotation(of: key) else { throw ScreenFailure.refused(.noPage) }
            let panel = RotationPanel(layout: layout, key: key, ends: ends, now: now())
            let isKnown = try query(request)["after"] == panel.mark
            return Response(part: isKnown ? nil : panel.update, mark: panel.mark)
        }
        router.get(RouterPath(path + "/trail")) { request, context in
            try await trailPage(keyID(context), before: query(request)["before"].flatMap { Int($0) })
        }
    }

    private func details(of id: String) async throws -> KeyDetails {
        let key = try await daemon.key(id)
        async let ends = rotation(of: key)
        async let usage = daemon.call(GetUsage.self, GetUsage.Params(key: id, workspace: key.workspace))
        async let trail = daemon.auditEntries(workspace: key.workspace, key: id, isNewestFirst: true, limit: 10)
        return try await KeyDetails(key: key, rotation: ends, usage: usage, trail: trail)
    }

    private func trailPage(_ id: String, before: Int?) async throws -> Response {
        let key = try await daemon.key(id)
        var entries = try await daemon.auditEntries(
            workspace: key.workspace, key: id, before: before, isNewestFirst: true, limit: TrailPage.pageSize + 1)
        let hasMore = entries.count > TrailPage.pageSize
        if hasMore { entries.removeLast() }
        return Response(
            .ok, TrailPage(layout: layout, key: key, entries: entries, hasMore: hasMore, now: now()).html)
    }
}
