internal import ArgumentParser

/// `keyward sweep`
struct SweepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep", abstract: "Run the sweeps now, or tell when they ran.",
        discussion: """
            The daemon sweeps by itself: `expiry` notes keys and grace periods that have ended and tells of keys that \
            soon will; `stale` marks keys that nobody uses, and disables and revokes them if the configuration says \
            so; `retention` forgets keys that ended long ago, and old usage. Expiry and plans act inside every \
            verification: no key lives longer because a sweep is late.

            keyward sweep                   runs all three
            keyward sweep stale --dry-run   tells what the stale sweep would do
            keyward sweep stale --force     does what such a run holds back
            keyward sweep status            tells when each ran, and what is next
            """,
        subcommands: [SweepRunCommand.self, SweepStatusCommand.self], defaultSubcommand: SweepRunCommand.self)
}
