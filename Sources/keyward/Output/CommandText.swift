internal import ArgumentParser

/// Makes the commands that messages print. Each can be pasted into a shell and does what the message says: it names
/// the same daemon, and its values are quoted (POSIX shell, 2.2 Quoting).
struct CommandText: Hashable, Sendable {
    /// The socket that `--socket` gave; `nil` if the daemon was found without it.
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

    /// A command whose arguments are given, as a daemon's remedy has them.
    func text(_ arguments: [String]) -> String {
        let sockets = socket.map { ["--socket=\($0)"] } ?? []
        return Self.joined(Self.inserting(sockets, into: arguments))
    }

    /// The command that was typed, with options added.
    static func text(typed arguments: [String], adding options: [String]) -> String {
        joined(inserting(options, into: arguments))
    }

    /// Puts options before the `--` that ends them, else last.
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
    /// A daemon's remedy about the workspace of the request that was refused: the daemon does not repeat the names
    /// that it is given.
    static func remedy(_ arguments: [String], in workspace: String?) -> [String] {
        guard let workspace, workspace != "default" else { return arguments }
        let whole = inserting(["--workspace=\(workspace)"], into: arguments)
        // Not every command takes a workspace, and one that is named already may not be named twice.
        let isNamed = arguments.contains { $0 == "-w" || $0.hasPrefix("--workspace") }
        return !isNamed && (try? Keyward.parseAsRoot(whole)) != nil ? whole : arguments
    }
}

/// A word of a shell command.
enum ShellWord {
    /// An argument: the value of an option is quoted, not its name.
    static func text(argument: String) -> String {
        guard argument.hasPrefix("--"), let end = argument.firstIndex(of: "=") else { return text(argument) }
        let name = argument[..<end]
        guard name.utf8.allSatisfy(isPlain) else { return text(argument) }
        return "\(name)=" + text(String(argument[argument.index(after: end)...]))
    }

    /// A word that the shell takes for exactly this text.
    static func text(_ text: String) -> String {
        if !text.isEmpty, text.utf8.allSatisfy(isPlain) { return text }
        var word = "'"
        for scalar in text.unicodeScalars {
            switch scalar {
            case "'": word += #"'\''"#
            // A terminal must not be given these, so the shell makes them.
            case _ where scalar.isTerminalHazard && scalar != "\n": word += "'\"$(printf '\(octal(scalar))')\"'"
            default: word.unicodeScalars.append(scalar)
            }
        }
        return word + "'"
    }

    /// What no shell gives a meaning to. A leading dash does not count: it is an option's.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: "_@+:,./-".utf8.contains(byte)
        }
    }

    /// As printf(1) reads it: its bytes in UTF-8, three octal digits each.
    private static func octal(_ scalar: Unicode.Scalar) -> String {
        Character(scalar).utf8.map { byte in
            let digits = String(byte, radix: 8)
            return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
        }.joined()
    }
}
