internal import ArgumentParser
internal import KeywardClient

extension CompletionKind {
    /// The names of the live keys, from the daemon. Without one there are none, and nothing is said.
    static var keyNames: CompletionKind {
        .custom { arguments, _, prefix in
            let workspace = value(of: ["-w", "--workspace"], in: arguments)
            let path = value(of: ["--socket"], in: arguments) ?? SocketPath.admin.resolve()
            guard let connection = try? Connection(path: path, patience: .milliseconds(200)),
                let page = try? connection.call(
                    ListKeys.self, ListKeys.Params(workspace: workspace, limit: 500), within: .milliseconds(500))
            else { return [] }
            let terminal: Set<Key.Status> = [.revoked, .superseded, .expired]
            return page.value.keys.filter { !terminal.contains($0.status) }.map(\.name.printable)
                .filter { $0.hasPrefix(prefix) }
        }
    }

    private static func value(of names: Set<String>, in arguments: [String]) -> String? {
        zip(arguments, arguments.dropFirst()).first { names.contains($0.0) }?.1
    }

    /// A list of words.
    static func words(_ words: [some Word]) -> CompletionKind {
        .list(words.map(\.rawValue))
    }
}
