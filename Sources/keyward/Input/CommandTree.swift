internal import ArgumentParser

/// The commands by name.
enum CommandTree {
    /// An unknown command, and the command that was probably meant.
    struct UnknownCommand: Hashable {
        /// The words before it: `audit`.
        var path: [String]
        var word: String
        /// The command in its place, or in place of it and the next word.
        var suggestion: String?
        /// The commands that there are.
        var names: [String]
    }

    /// The words at the start of `arguments` that name a command: `["audit", "list"]`.
    static func path(in arguments: some Collection<String>) -> [String] {
        walk(arguments).path
    }

    /// The first word that is not a command although a command is required; `nil` if there is none.
    static func unknownCommand(in arguments: [String]) -> UnknownCommand? {
        let isHelp = arguments.first == "help"
        let arguments = arguments.dropFirst(isHelp ? 1 : 0)
        let (path, command) = walk(arguments)
        let configuration = command.configuration
        let rest = arguments.dropFirst(path.count)
        guard !configuration.subcommands.isEmpty, let word = rest.first, !word.hasPrefix("-") else { return nil }
        let names = configuration.subcommands.filter { $0.configuration.shouldDisplay }.map { $0._commandName }
        let suggestion = suggestion(for: rest, in: names, isRoot: path.isEmpty)
        if !isHelp, let usual = configuration.defaultSubcommand, usual.takes(word, insteadOf: suggestion) { return nil }
        return UnknownCommand(path: path, word: word, suggestion: suggestion, names: names)
    }

    private static func suggestion(for words: ArraySlice<String>, in names: [String], isRoot: Bool) -> String? {
        guard let word = words.first else { return nil }
        guard isRoot else { return Suggestion.closest(to: word, in: names) }
        // The commands for keys stand alone: `list` and not `key list`.
        if ["key", "keys"].contains(word.lowercased()), let next = words.dropFirst().first {
            return Suggestion.closest(to: next, in: names)
        }
        return Suggestion.closest(to: word, in: names + ["help"])
    }

    private static func walk(
        _ arguments: some Collection<String>
    ) -> (path: [String], command: any ParsableCommand.Type) {
        var (path, command): ([String], any ParsableCommand.Type) = ([], Keyward.self)
        for word in arguments {
            // `help` belongs to the parser, which reads the rest.
            if path.isEmpty, word == "help" { return (["help"], HelpWords.self) }
            guard let next = command.configuration.subcommands.first(where: { $0.isCalled(word) }) else { break }
            path.append(word)
            command = next
        }
        return (path, command)
    }

    /// Represents the parser's own `help`.
    private struct HelpWords: ParsableCommand {}
}

extension ParsableCommand {
    fileprivate static func isCalled(_ word: String) -> Bool {
        _commandName == word || configuration.aliases.contains(word)
    }

    /// Whether a command that needs no name takes a word as its own, or explains why it does not.
    fileprivate static func takes(_ word: String, insteadOf suggestion: String?) -> Bool {
        do {
            _ = try parse([word])
            return true
        } catch {
            // The parser's text for a command without such values.
            return suggestion == nil && !message(for: error).hasPrefix("Unexpected argument")
        }
    }
}

/// Suggests a word for a mistyped one.
enum Suggestion {
    /// The closest word; `nil` if none is close.
    static func closest(to word: String, in words: [String]) -> String? {
        let typed = word.lowercased()
        let near = words.map { (word: $0, distance: distance(typed, $0.lowercased())) }
            .filter { $0.distance <= max(1, min(typed.count, $0.word.count) / 3) }
        if let best = near.min(by: { $0.distance < $1.distance }) { return best.word }
        let longer = words.filter { typed.count >= 2 && $0.lowercased().hasPrefix(typed) }
        return longer.count == 1 ? longer[0] : nil
    }

    /// The number of insertions, deletions, replacements and exchanges of neighbours: optimal string alignment.
    static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left), Array(right))
        var before: [Int] = []
        var row = Array(0...right.count)
        for (index, character) in left.enumerated() {
            var next = [index + 1]
            for (column, other) in right.enumerated() {
                var least = min(row[column + 1] + 1, next[column] + 1, row[column] + (character == other ? 0 : 1))
                if index > 0, column > 0, character == right[column - 1], left[index - 1] == other {
                    least = min(least, before[column - 1] + 1)
                }
                next.append(least)
            }
            (before, row) = (row, next)
        }
        return row[right.count]
    }
}
