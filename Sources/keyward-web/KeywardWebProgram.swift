internal import ArgumentParser
internal import Glibc

/// The program that serves the screen: to the account that starts it, or to one person of a team.
@main
struct KeywardWebProgram: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keyward-web", abstract: "Serve the screen for API keys.", version: "keyward-web 0.5.0",
        subcommands: [WebCommand.self, ConsoleCommand.self], defaultSubcommand: WebCommand.self)

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
        } catch let failure as StartFailure {
            WebOutput.report("keyward: \(failure.message)")
            Glibc.exit(failure.status)
        } catch {
            if exitCode(for: error) == .success { exit(withError: error) }
            WebOutput.report("keyward: \(message(for: error))")
            Glibc.exit(StartFailure.usage)
        }
    }
}
