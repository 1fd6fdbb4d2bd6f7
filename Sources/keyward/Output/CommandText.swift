internal import ArgumentParser
internal import KeywardDisplay

/// Makes the commands that messages print. Each can be pasted into a shell: it names the same daemon, and its values
/// are quoted (POSIX shell, 2.2 Quoting).
struct CommandText: Hashable, Sendable {
    /// The value of `--socket`; `nil` if the option was not given.
    var socket: String?

    /// A command of `keyward`.
    ///
    /// - Parameters:
    ///   - name: The words of the command: `member grant`.
    ///   - operands: Its arguments. One may begin with a dash.
    ///   - flags: Options without a value: `--force`.
    ///   - workspace: The workspace that it is about; `default` needs no option.
    func text(
        _ name: String, _ operands: [String] = [], flags: [String] = [], in workspace: String? = nil
    ) -> String {
        var arguments = name.split(separator: " ").map(String.init)
        var options = flags
        if let workspace, workspace != "default" { options.append("--workspace=\(workspace)") }
        if operands.contains(where: { $0.hasPrefix("-") }) {
            arguments += options + ["--"] + operands
        } else {
            arguments += operands + options
        }
        return text(arguments)
    }

    /// A command with given arguments, for example a daemon's remedy.
    func text(_ arguments: [String]) -> String {
        let sockets = socket.map { ["--socket=\($0)"] } ?? []
        return Self.joined(Self.inserting(sockets, into: arguments))
    }

    /// The typed command, with more options.
    static func text(typed arguments: [String], adding options: [String]) -> String {
        joined(inserting(options, into: arguments))
    }

    /// Inserts options before the `--` that ends options, otherwise at the end.
    private static func inserting(_ options: [String], into arguments: [String]) -> [String] {
        var arguments = arguments
        arguments.insert(contentsOf: options, at: arguments.firstIndex(of: "--") ?? arguments.endIndex)
        return arguments
    }

    private static func joined(_ arguments: [String]) -> String {
        (["keyward"] + arguments.map(ShellWord.text(argument:))).joined(separator: " ")
    }
}

extension CommandText {
    /// A daemon's remedy for the workspace of the refused request. The daemon does not repeat the names in a request.
    static func remedy(_ arguments: [String], in workspace: String?) -> [String] {
        guard let workspace, workspace != "default" else { return arguments }
        let whole = inserting(["--workspace=\(workspace)"], into: arguments)
        // Not every command takes a workspace, and it must not be given twice.
        let isNamed = arguments.contains { $0 == "-w" || $0.hasPrefix("--workspace") }
        return !isNamed && (try? Keyward.parseAsRoot(whole)) != nil ? whole : arguments
    }
}
