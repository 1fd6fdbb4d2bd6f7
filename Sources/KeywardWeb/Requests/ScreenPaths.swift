/// The addresses of the pages.
struct ScreenPaths: Sendable {
    let base: String

    /// The page that opens a session.
    var open: String { base + "/open" }
    /// The rows of the table alone, for a page that is open.
    var rows: String { base + "/rows" }
    var sweeps: String { base + "/sweeps" }

    func open(token: String) -> String { "\(open)?token=\(token)" }

    func table(_ query: TableQuery) -> String { base + query.text }

    func new(in workspace: String) -> String { "\(base)/new?workspace=\(PercentEncoding.text(workspace))" }

    func key(_ id: String) -> String { "\(base)/keys/\(PercentEncoding.text(id))" }

    func action(_ action: String, on id: String) -> String { "\(key(id))/\(action)" }

    /// The progress of a rotation alone, for a page that is open.
    func rotation(of id: String) -> String { "\(key(id))/rotation" }

    /// Whether an open page asks for an address by itself.
    func isPoll(_ path: String) -> Bool { path == rows || path.hasSuffix("/rotation") }

    func trail(of id: String, before: Int? = nil) -> String {
        "\(key(id))/trail" + (before.map { "?before=\($0)" } ?? "")
    }
}
