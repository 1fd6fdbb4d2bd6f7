internal import ArgumentParser

/// `keyward version`
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Print the version.")

    func run() throws {
        // Like help, it is what the parser prints.
        throw CleanExit.message(Keyward.configuration.version)
    }
}
