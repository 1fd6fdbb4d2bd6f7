internal import ArgumentParser

/// `keyward sweep`
struct SweepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep", abstract: "Run the sweeps now, or show when they ran.",
        discussion: """
            The daemon sweeps by itself. `expiry` records ended keys and grace periods, and warns of keys that \
            end soon. `stale` marks unused keys, and disables or revokes them if the configuration says so. \
            `retention` deletes old usage and keys that ended long ago. Every verification checks expiry and \
            plan itself, so a late sweep keeps no key alive.

            keyward sweep                   run all three
            keyward sweep stale --dry-run   show what the stale sweep would change
            keyward sweep stale --force     apply held changes too
            keyward sweep status            show when each ran, and what is next
            """,
        subcommands: [SweepRunCommand.self, SweepStatusCommand.self], defaultSubcommand: SweepRunCommand.self)
}
