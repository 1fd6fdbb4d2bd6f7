internal import ArgumentParser
internal import Glibc
internal import KeywardClient

/// One run of the command, from its arguments to its exit status.
enum Invocation {
    /// Runs with the process's streams.
    static func run(_ arguments: [String]) -> Outcome {
        run(arguments) { Console.standard(color: $0) }
    }

    static func run(_ arguments: [String], console: (ColorChoice) -> Console) -> Outcome {
        let isJSON = arguments.prefix { $0 != "--" }.contains("--json")
        guard !arguments.contains(where: PresentedSecret.isPresent(in:)) else {
            return end(console(.auto), isJSON) { throw Failure.usage(Self.secretRefusal) }
        }
        let arguments = LeadingOptions.moved(arguments)
        do {
            var command = try parse(arguments)
            if let command = command as? any SessionCommand {
                let session = Session(
                    console: console(command.common.color), options: command.common, arguments: arguments)
                return end(session.console, isJSON, session) {
                    if let warning = ZoneVariable.warning(session.console.variable) {
                        session.console.report(warning, .notice)
                    }
                    try command.run(in: session)
                }
            }
            try command.run()
            return .done
        } catch {
            return end(console(.auto), isJSON) { try report(error, arguments, console(.auto)) }
        }
    }

    private static let secretRefusal = """
        An argument holds a whole key. Every account of this host can see arguments, and the shell keeps them.
        Give a key on standard input instead: `keyward verify < FILE`.
        To name a key, use its prefix: the part before the second `_`. If the key is a real one, rotate it.
        """

    private static func parse(_ arguments: [String]) throws -> any ParsableCommand {
        if let unknown = CommandTree.unknownCommand(in: arguments) { throw Failure(unknown) }
        let root: any ParsableCommand.Type =
            CompletedCommand.isAsked(by: arguments) ? CompletedCommand.self : Keyward.self
        return try root.parseAsRoot(arguments)
    }

    /// Runs `body` and prints an error: one line for people, or one for programs.
    private static func end(
        _ console: Console, _ isJSON: Bool, _ session: Session? = nil, _ body: () throws -> Void
    ) -> Outcome {
        do {
            try body()
            return .done
        } catch {
            let failure = failure(error, session)
            if isJSON {
                if let json = failure.json { console.report(json.text) }
            } else if let message = failure.message {
                console.report("keyward: \(message)")
            }
            return failure.status
        }
    }

    private static func failure(_ error: any Error, _ session: Session?) -> Failure {
        switch error {
        case let failure as Failure: failure
        case let error as KeywardError:
            Failure(error, session?.commands() ?? CommandText(), isChangeOpen: session?.openChange.isOpen ?? false)
        default: .usage(oneLine(Keyward.message(for: error)))
        }
    }

    /// Help and completions are data; everything else that the parser throws is a usage error.
    private static func report(
        _ error: any Error, _ arguments: [String], _ console: Console
    ) throws(Failure) {
        if let failure = error as? Failure { throw failure }
        // A request for completions must not print errors.
        if CompletedCommand.isAsked(by: arguments), Keyward.exitCode(for: error) != .success { throw .silent(.usage) }
        if Keyward.exitCode(for: error) == .success {
            let text = Keyward.fullMessage(for: error)
            return try console.write(text.isEmpty ? "" : text + "\n")
        }
        let command = (["keyward", "help"] + CommandTree.path(in: arguments)).joined(separator: " ")
        throw .usage("\(oneLine(Keyward.message(for: error))) See: \(command)")
    }

    /// The parser prints many values on separate lines.
    private static func oneLine(_ message: String) -> String {
        let lines = message.split(separator: "\n").map { line in
            line.drop { $0 == " " || $0 == "-" }
        }
        let head = lines.first.map(String.init) ?? "The arguments cannot be used."
        let line = lines.count > 1 ? head + " " + lines.dropFirst().joined(separator: ", ") : head
        return line.last.map { ".?!".contains($0) } ?? false ? line : line + "."
    }
}

extension Failure {
    fileprivate init(_ unknown: CommandTree.UnknownCommand) {
        let command = (["keyward"] + unknown.path).joined(separator: " ")
        let names = unknown.path.isEmpty ? "" : "Use one of: \(unknown.names.joined(separator: ", ")). "
        let advice = unknown.suggestion.map { "Did you mean '\($0)'?" } ?? "\(names)See: \(command) --help"
        self = .usage("'\(unknown.word)' is not a command of \(command). \(advice)")
    }
}

/// Ends the process.
func exitProcess(_ status: Outcome) -> Never {
    exit(status.rawValue)
}
