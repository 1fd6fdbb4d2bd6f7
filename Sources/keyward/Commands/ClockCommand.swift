internal import ArgumentParser

/// `keyward clock`
struct ClockCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clock", abstract: "Tell Keyward that the wall clock is right.",
        subcommands: [ClockAccept.self])
}
