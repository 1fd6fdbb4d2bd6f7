internal import ArgumentParser
internal import Glibc
internal import KeywardClient

/// One run of the command, from its arguments to its exit status.
enum Invocation {
    /// Runs with the process's own streams.
    static func run(_ arguments: [String]) -> Outcome {
        run(arguments) { Console.standard(color: $0) }
    }

    static func run(_ arguments: [String], console: (ColorChoice) -> Console) -> Outcome {
        guard !arguments.contains(where: PresentedSecret.isPresent(in:)) else {
            console(.auto).tell(Self.secretRefusal)
            return .usage
        }
        do {
            var command = try Keyward.parseAsRoot(arguments)
            if let command = command as? any SessionCommand {
                let session = Session(
                    console: console(command.common.color), options: command.common, arguments: arguments)
                return end(session.console, session.commands()) { try command.run(in: session) }
            }
            try command.run()
            return .done
        } catch {
            return end(console(.auto), CommandText()) { try report(error, console(.auto)) }
        }
    }

    private static let secretRefusal = """
        keyward: an argument holds a whole key. Arguments are seen by every account of this host and kept by the shell.
        Give a key on standard input instead, as in `keyward verify < FILE`, and name a key by its prefix: the part
        before the second `_`. If the key is a real one, rotate it.
        """

    /// Runs `body` and tells what went wrong.
    private static func end(_ console: Console, _ commands: CommandText, _ body: () throws -> Void) -> Outcome {
        do {
            try body()
            return .done
        } catch let failure as Failure {
            if let message = failure.message { console.tell("keyward: \(message)") }
            return failure.status
        } catch let error as KeywardError {
            let failure = Failure(error, commands)
            console.tell("keyward: \(failure.message ?? "")")
            return failure.status
        } catch {
            console.tell("keyward: \(Keyward.message(for: error))")
            return .usage
        }
    }

    /// Help and completions are data; everything else that the parser throws is about usage.
    private static func report(_ error: any Error, _ console: Console) throws(Failure) {
        let text = Keyward.fullMessage(for: error)
        guard Keyward.exitCode(for: error) == .success else {
            console.tell(text.hasPrefix("Error: ") ? "keyward: \(text.dropFirst(7))" : text)
            throw .silent(.usage)
        }
        try console.write(text.isEmpty ? "" : text + "\n")
    }
}

/// Ends the process.
func exitProcess(_ status: Outcome) -> Never {
    exit(status.rawValue)
}
