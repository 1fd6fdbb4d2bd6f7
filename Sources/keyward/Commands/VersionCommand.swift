internal import ArgumentParser

/// `keyward version`
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Print the version.")

    func run() throws {
        // The parser prints it, like help.
        throw CleanExit.message(Keyward.configuration.version)
    }
}
