internal import ArgumentParser

/// The command.
@main
struct Keyward: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keyward",
        abstract: "Create, list, rotate and revoke the API keys of this host.",
        discussion: """
            A key is named by its name, its id, or a prefix such as kw_8FqL2mXw. Data goes to standard output, messages \
            to standard error. On a terminal there are tables and relative times. When piped, values are \
            tab-separated. With --json the output is the daemon's reply.

            --socket, --json, --color and --workspace may also come before the command.

            Exit status:
              0  done
              1  refused; the message says why
              2  Keyward cannot be reached
              3  the command, an option or a value cannot be used
              4  permission denied
              5  the verified key is not valid
              6  confirmation required, and no terminal to prompt on
            """,
        version: "keyward 0.5.0",
        groupedSubcommands: [
            CommandGroup(
                name: "Keys",
                subcommands: [
                    Create.self, Import.self, List.self, Show.self, Usage.self, Update.self, Rotate.self,
                    Confirm.self, Cancel.self, Disable.self, Enable.self, Revoke.self, Verify.self,
                ]),
            CommandGroup(
                name: "Workspaces", subcommands: [WorkspaceCommand.self, MemberCommand.self, BudgetCommand.self]),
            CommandGroup(name: "Browser", subcommands: [Web.self]),
            CommandGroup(
                name: "Daemon",
                subcommands: [
                    Status.self, SweepCommand.self, ClockCommand.self, AuditCommand.self, Watch.self, Metrics.self,
                    PingCommand.self, BackupCommand.self, PepperCommand.self, ReloadCommand.self, CallCommand.self,
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
