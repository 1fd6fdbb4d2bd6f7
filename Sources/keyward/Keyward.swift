internal import ArgumentParser

/// The command.
@main
struct Keyward: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keyward",
        abstract: "Creates, lists, rotates and revokes the API keys of this host.",
        discussion: """
            KEY is a name, a prefix such as kw_8FqL2mXw, or a key id. Data goes to standard output, everything said to \
            a person to standard error. On a terminal there are tables and relative times; elsewhere there are values \
            between tabs; --json gives the daemon's own words.

            Exit status: 0 done, 1 refused, 2 Keyward cannot be reached, 3 usage, 4 permission denied, 5 the verified \
            key is not valid, 6 confirmation needed and nobody to ask.
            """,
        version: "keyward 0.1.0",
        groupedSubcommands: [
            CommandGroup(
                name: "Keys",
                subcommands: [
                    Create.self, List.self, Show.self, Usage.self, Update.self, Rotate.self, Confirm.self,
                    Cancel.self, Disable.self, Enable.self, Revoke.self, Verify.self,
                ]),
            CommandGroup(name: "Workspaces", subcommands: [WorkspaceCommand.self, MemberCommand.self]),
            CommandGroup(
                name: "Daemon",
                subcommands: [
                    Status.self, SweepCommand.self, AuditCommand.self, Watch.self, Metrics.self, PingCommand.self,
                    BackupCommand.self, CallCommand.self,
                ]),
            CommandGroup(name: "Shell", subcommands: [Completions.self, VersionCommand.self]),
        ]
    )

    static func main() {
        EndingSignals.setUp()
        let status = Invocation.run(Array(CommandLine.arguments.dropFirst()))
        exitProcess(status)
    }
}
