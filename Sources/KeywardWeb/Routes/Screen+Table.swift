internal import Hummingbird
internal import KeywardClient
internal import KeywardProtocol

extension Screen {
    /// The routes of the table and the sweeps.
    func addTableRoutes(to router: ScreenRouter) {
        router.get(RouterPath(layout.paths.base)) { request, _ in
            Response(.ok, try await tablePage(TableQuery(query(request))))
        }
        router.get(RouterPath(layout.paths.sweeps)) { _, _ in
            let sweeps = try await daemon.status(counts: false).sweeps
            return Response(.ok, SweepsPage(layout: layout, sweeps: sweeps, now: now()).html)
        }
    }

    private func tablePage(_ query: TableQuery) async throws -> HTML {
        var query = query
        let workspaces = try await daemon.workspaces(counts: false)
        let workspace = try Self.choice(query.workspace ?? layout.settings.workspace, of: workspaces)
        // The links of the page lead to the same workspace.
        if workspace != "default" { query.workspace = workspace }
        let list = try await daemon.call(ListKeys.self, query.params(workspace))
        // The keys matter more than the notices.
        let status = try? await daemon.status(counts: false)
        let page = KeyTablePage(
            layout: layout, query: query, workspace: workspace, workspaces: workspaces, list: list,
            notices: status.map { OperatorNotices(layout: layout, status: $0).html } ?? .empty, now: now())
        return page.html
    }

    /// The workspace that the address names, else the default one, else the first one.
    static func choice(_ named: String?, of workspaces: [Workspace]) throws(ScreenFailure) -> String {
        if let named { return named }
        let names = workspaces.map(\.name)
        guard let name = names.contains("default") ? "default" : names.first else { throw .noWorkspace }
        return name
    }
}
