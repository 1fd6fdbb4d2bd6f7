internal import ArgumentParser
internal import Glibc
internal import KeywardClient
internal import KeywardDisplay

extension CompletionKind {
    /// The names of live keys with the typed prefix; also the keys' prefixes, if something was typed.
    static var keyNames: CompletionKind {
        .custom { arguments, _, prefix in
            let params = ListKeys.Params(
                workspace: CompletionQuery.workspace(in: arguments), status: Key.Status.live,
                start: prefix.isEmpty ? nil : prefix, sort: ListKeys.KeySort(rawValue: "name"), limit: 500,
                columns: ["name", "prefix"].map { ListKeys.KeyColumn(rawValue: $0) })
            let keys = CompletionQuery.ask(ListKeyNames.self, params, arguments)?.keys ?? []
            return CompletionQuery.matches(keys.map(\.name) + (prefix.isEmpty ? [] : keys.map(\.prefix)), prefix)
        }
    }

    /// The workspaces of the caller.
    static var workspaceNames: CompletionKind {
        .custom { arguments, _, prefix in
            let params = ListWorkspaces.Params(counts: false)
            let workspaces = CompletionQuery.ask(ListWorkspaces.self, params, arguments)?.workspaces ?? []
            return CompletionQuery.matches(workspaces.map(\.name), prefix)
        }
    }

    /// The plans of the catalogue.
    static var planNames: CompletionKind {
        .custom { arguments, _, prefix in
            let params = ListWorkspaces.Params(counts: false)
            return CompletionQuery.matches(
                CompletionQuery.ask(ListWorkspaces.self, params, arguments)?.plans ?? [], prefix)
        }
    }

    /// The members of the workspace, as granted.
    static var memberNames: CompletionKind {
        .custom { arguments, _, prefix in
            let params = ListMembers.Params(workspace: CompletionQuery.workspace(in: arguments) ?? "default")
            let members = CompletionQuery.ask(ListMembers.self, params, arguments)?.members ?? []
            return CompletionQuery.matches(members.map(\.principal), prefix)
        }
    }

    /// The budgets of the workspace.
    static var budgetNames: CompletionKind {
        .custom { arguments, _, prefix in
            let params = ListBudgets.Params(workspace: CompletionQuery.workspace(in: arguments))
            let budgets = CompletionQuery.ask(ListBudgets.self, params, arguments)?.budgets ?? []
            return CompletionQuery.matches(budgets.map(\.name), prefix)
        }
    }

    /// The people who have the screen of a team.
    static var teamNames: CompletionKind {
        .custom { _, _, prefix in
            let text = (try? TeamFolder.read(TeamFolder().people)) ?? ""
            return CompletionQuery.matches(PeopleMap(text).people.map(\.person.text), prefix)
        }
    }

    /// The users and groups of this host.
    static var principals: CompletionKind {
        .custom { _, _, prefix in
            guard prefix.hasPrefix("user:") || prefix.hasPrefix("group:") else {
                return CompletionQuery.matches(["user:", "group:"], prefix)
            }
            let names = prefix.hasPrefix("user:") ? AccountNames.users("user:") : AccountNames.groups("group:")
            return CompletionQuery.matches(names, prefix)
        }
    }

    /// A list of words.
    static func words(_ words: [some Word]) -> CompletionKind {
        .list(words.map(\.rawValue))
    }
}

/// Queries the daemon for suggestions. Without a daemon there are none, and no error.
private enum CompletionQuery {
    static func ask<M: Method>(_ method: M.Type, _ params: M.Params, _ arguments: [String]) -> M.Result? {
        let path = TypedArgument.value(of: "--socket", in: arguments) ?? SocketPath.admin.resolve()
        let connection = try? Connection(path: path, patience: .milliseconds(200))
        return try? connection?.call(method, params, within: .milliseconds(500)).value
    }

    static func workspace(in arguments: [String]) -> String? {
        TypedArgument.value(of: "-w", in: arguments) ?? TypedArgument.value(of: "--workspace", in: arguments)
    }

    /// Each word with the typed prefix, once.
    static func matches(_ words: [String], _ prefix: String) -> [String] {
        var seen: Set<String> = []
        let found = words.map(\.printable).filter { $0.hasPrefix(prefix) && seen.insert($0).inserted }
        // zsh treats the text after a colon as a description.
        return CompletionShell.requesting == .zsh ? found.map { $0.replacing(":", with: "\\:") } : found
    }
}

/// `keys.list`, with the names of the keys only.
private enum ListKeyNames: Method {
    static let name = ListKeys.name
    static let contract = ListKeys.contract
    typealias Params = ListKeys.Params

    struct Result: Codable, Sendable {
        struct Name: Codable, Sendable {
            var name: String
            var prefix: String
        }
        var keys: [Name]
    }
}

/// The accounts that the name service lists.
private enum AccountNames {
    static func users(_ kind: String) -> [String] {
        setpwent()
        defer { endpwent() }
        var names: [String] = []
        while let entry = getpwent() { names.append(kind + String(cString: entry.pointee.pw_name)) }
        return names
    }

    static func groups(_ kind: String) -> [String] {
        setgrent()
        defer { endgrent() }
        var names: [String] = []
        while let entry = getgrent() { names.append(kind + String(cString: entry.pointee.gr_name)) }
        return names
    }
}
