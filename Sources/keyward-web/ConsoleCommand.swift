internal import ArgumentParser
internal import Glibc
internal import KeywardClient
internal import KeywardDisplay
internal import KeywardSystemd
internal import KeywardWeb

/// `keyward-web console`: serves the screen to one person, whom the site's proxy has authenticated.
struct ConsoleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "console",
        abstract: "Serve the screen to one person behind a proxy; started by systemd.")

    mutating func run() async throws {
        // Everybody behind the proxy would be an operator.
        guard getuid() != 0 else {
            throw StartFailure("The screen for a team does not run as root.", status: StartFailure.configuration)
        }
        let site = try ConsoleSettings(Self.variable)
        let listening = try Self.inheritedSocket()
        let screen = try screen(of: site)
        let server = ScreenServer(inherited: listening, responder: screen.responder())
        Notify.ready(status: "Serving \(OwnAccount.person ?? OwnAccount.name)")
        let end = try await server.run(until: screen.deadline, while: AccountGroups.areCurrent)
        Notify.stopping(status: "")
        switch end {
        case .idle:
            WebOutput.report("The screen ended after \(RelativeTime.span(seconds: site.idle)) without use.")
        case .condition:
            WebOutput.report("The screen ended because the groups of \(OwnAccount.name) have changed.")
        }
    }

    private func screen(of site: ConsoleSettings) throws(StartFailure) -> Screen {
        let secret = try ConsoleFiles.proxySecret(in: Self.variable("CREDENTIALS_DIRECTORY"))
        let key = try ConsoleFiles.sessionKey(in: Self.variable("RUNTIME_DIRECTORY"), random: SystemSources.random)
        var settings = ScreenSettings(origin: site.origin, account: OwnAccount.account)
        (settings.basePath, settings.entrance) = (site.basePath, .proxy(secret, key))
        (settings.person, settings.personOf) = (OwnAccount.person, OwnAccount.person(of:))
        return Screen(
            settings, daemon: try KeywardClient.forPages(SocketPath.admin.resolve()),
            random: RandomTokens(SystemSources.random),
            deadline: IdleDeadline(limit: .seconds(site.idle), from: .now), now: SystemSources.now)
    }

    /// The socket that systemd listens on. It stays open when this process ends.
    private static func inheritedSocket() throws(StartFailure) -> Int32 {
        do {
            if let socket = try InheritedSockets.take(named: ["web"])["web"] { return socket }
        } catch {
            throw StartFailure(error.description, status: StartFailure.configuration)
        }
        throw StartFailure(
            "No socket was passed. Start the unit keyward-web@UID.socket.", status: StartFailure.configuration)
    }

    private static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }
}
