internal import ArgumentParser
internal import KeywardClient
internal import KeywardDisplay

/// `keyward ping`
struct PingCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "ping", abstract: "Check whether the daemon answers, and how fast.",
        discussion: """
            It asks on the verify socket, as services do. The exit status is 1 if the daemon answers but cannot make \
            changes.
            """)

    @Flag(help: "Ask on the admin socket instead.")
    var admin = false

    @Option(help: ArgumentHelp("Wait at most N seconds for the reply.", valueName: "seconds"), transform: seconds)
    var timeout = 5

    @OptionGroup var common: CommonOptions

    func run(in session: Session) throws {
        let start = ContinuousClock.now
        let answer = try session.call(Ping.self, NoParams(), on: admin ? .admin : .verify, within: .seconds(timeout))
        let (seconds, attoseconds) = start.duration(to: .now).components
        let microseconds = seconds * 1_000_000 + attoseconds / 1_000_000_000_000
        try session.write(answer) { result in
            try session.console.write(result.state.rawValue.printable + "\n")
            if session.console.isScreen { session.console.report("answered in \(microseconds) µs", .faint) }
            session.report(result.notices, from: admin ? .admin : .verify)
        }
        if answer.value.state != .ready { throw Failure.silent(.refused) }
    }
}
