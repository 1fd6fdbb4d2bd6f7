/// Options before the command: `keyward --json list`, `keyward -w acme list`.
///
/// The parser accepts a command's options only after its name, so they are moved there.
enum LeadingOptions {
    /// Flags, and options with a value: those that many commands take.
    private static let flags: Set<String> = ["--json"]
    private static let valued: Set<String> = ["--socket", "--color", "--workspace", "-w"]

    /// The arguments, with the options before the command moved after it. `-V` is `--version`.
    static func moved(_ arguments: [String]) -> [String] {
        let count = leadingCount(arguments)
        let rest = arguments[count...]
        if rest.first == "-V" { return ["--version"] }
        guard count > 0, let word = rest.first, !word.hasPrefix("-") else { return arguments }
        if word == "help" { return Array(rest) }
        let path = CommandTree.path(in: rest)
        let command = rest.prefix(max(path.count, 1))
        return Array(command) + arguments[..<count] + rest.dropFirst(command.count)
    }

    /// The number of leading arguments that are such options and their values.
    private static func leadingCount(_ arguments: [String]) -> Int {
        var index = 0
        while index < arguments.count {
            let argument = arguments[index]
            if flags.contains(argument) || isWhole(argument) {
                index += 1
            } else if valued.contains(argument), index + 1 < arguments.count {
                index += 2
            } else {
                break
            }
        }
        return index
    }

    /// `--socket=/run/x`, `-wacme`.
    private static func isWhole(_ argument: String) -> Bool {
        let name = argument.prefix { $0 != "=" }
        return argument.count > name.count && valued.contains(String(name))
            || argument.hasPrefix("-w") && argument.count > 2
    }
}
