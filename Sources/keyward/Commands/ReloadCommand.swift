internal import ArgumentParser
internal import KeywardClient
internal import KeywardDisplay

/// `keyward reload`
struct ReloadCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload", abstract: "Read the configuration again and apply it.",
        discussion: """
            A file with a fault changes nothing: the fault is printed, and the exit status is 1. \
            systemctl reload keywardd does the same.
            """)

    @OptionGroup var common: CommonOptions

    func run(in session: Session) throws {
        let answer = try session.call(Reload.self, NoParams())
        try session.write(answer) { result in
            guard result.ok else { return }
            for change in result.changed { try session.console.write(change.printable + "\n") }
            session.console.report(result.changed.isEmpty ? "Nothing has changed." : "The configuration is in force.")
        }
        guard !answer.value.ok else { return }
        if !session.options.json { session.console.report("keyward: \(answer.value.problem?.printable ?? "")", .bad) }
        throw Failure.silent(.refused)
    }
}
