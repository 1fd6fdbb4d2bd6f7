internal import ArgumentParser
internal import Glibc
internal import KeywardBase
internal import KeywardClient
internal import KeywardDisplay
internal import KeywardWeb

/// `keyward-web open`, or `keyward-web` alone: serves the screen on loopback. `keyward web` starts it.
struct WebCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open", abstract: "Serve the screen for API keys to this account's browser.")

    @Option(help: ArgumentHelp("The socket of the daemon.", valueName: "path"), completion: .file())
    var socket: String?

    @Option(
        help: ArgumentHelp("End after this time without use: 15m by default.", valueName: "time"),
        transform: Self.idleSeconds)
    var idle: Int64 = 900

    @Option(help: ArgumentHelp("The port, on [::1] and 127.0.0.1; by default a free one.", valueName: "number"))
    var port: UInt16?

    @Option(
        name: [.customShort("w"), .long],
        help: ArgumentHelp("The workspace that is shown first.", valueName: "workspace"))
    var workspace: String?

    @Flag(help: "Show keys, but change nothing.")
    var readOnly = false

    @Flag(help: "Open the link in the desktop's browser.")
    var open = false

    mutating func run() async throws {
        // Accounts of other user namespaces appear as this uid too (user_namespaces(7)).
        guard getuid() != 65_534 else {
            throw StartFailure("The account \(OwnAccount.name) is shared. Use another one.")
        }
        let path = socket ?? SocketPath.admin.resolve()
        try checkDaemon(at: path)
        let sockets = try bind()
        let host = "kw-\(String(SystemSources.random(), radix: 36)).localhost:\(sockets.port)"
        var settings = ScreenSettings(
            origin: ScreenOrigin(scheme: "http", authority: host), account: OwnAccount.account)
        (settings.isReadOnly, settings.socket, settings.workspace) = (readOnly, socket, workspace)
        let deadline = IdleDeadline(limit: .seconds(idle), from: .now)
        let screen = Screen(
            settings, daemon: try KeywardClient.forPages(path), random: RandomTokens(SystemSources.random),
            deadline: deadline, now: SystemSources.now)
        announce(screen, sockets.port)
        try await LoopbackServer(sockets, for: getuid(), responder: screen.responder()).run(until: deadline)
        WebOutput.report("The screen ended after \(RelativeTime.span(seconds: idle)) without use.")
    }

    // MARK: The parts

    /// Fails with the reason if no daemon answers. Later, pages say so.
    private func checkDaemon(at path: String) throws(StartFailure) {
        do {
            _ = try Connection(path: path).call(Ping.self, NoParams(), within: .seconds(5))
        } catch {
            throw StartFailure(error)
        }
    }

    private func bind() throws(StartFailure) -> LoopbackSockets {
        do {
            return try LoopbackSockets.bind(port: port)
        } catch {
            guard error.number == EADDRINUSE, let port else {
                throw StartFailure("The loopback addresses cannot be used: \(systemMessage(error.number)).")
            }
            throw StartFailure("Port \(port) is in use on [::1] or 127.0.0.1. Choose another one with --port.")
        }
    }

    /// Prints the link, and a new one whenever the person presses Enter.
    private func announce(_ screen: Screen, _ port: UInt16) {
        let link = screen.newLink()
        WebOutput.write(link)
        WebOutput.report("Open this link within 60 seconds. It works once.")
        if let forward = SSHForward.command(port: port, account: OwnAccount.name) {
            WebOutput.report("From another machine, run this there first: \(forward)")
        }
        let isTerminal = isatty(STDIN_FILENO) == 1
        let again = isTerminal ? "Press Enter for a new link. " : ""
        WebOutput.report(
            "\(again)Ctrl-C ends the screen. It ends after \(RelativeTime.span(seconds: idle)) without use.")
        if open { Browser.open(link) }
        if isTerminal { EnterKey.onPress { WebOutput.write(screen.newLink()) } }
    }

    private static func idleSeconds(_ text: String) throws -> Int64 {
        guard let seconds = SpanText.seconds(text), seconds > 0 else {
            throw ValidationError("Use a time such as 15m or 8h.")
        }
        return seconds
    }
}
