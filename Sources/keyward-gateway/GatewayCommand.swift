internal import ArgumentParser
internal import Glibc
internal import KeywardBase
internal import KeywardClient
internal import KeywardGateway
internal import KeywardSettings
internal import KeywardSystemd

/// The command that answers a proxy whether requests pass.
@main
struct GatewayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keyward-gateway",
        abstract: "Answer a proxy whether a request has a valid API key.",
        discussion: """
            The proxy asks before it passes a request on. The site's file says which paths need which scopes. Under \
            systemd the sockets come from the socket units.

            Exit status:
              0   done
              64  the command line cannot be used
              71  a system call failed
              78  a restart does not help: the site's file or the units
            """,
        version: "keyward-gateway 0.5.0")

    @Argument(
        help: ArgumentHelp(
            "The site: the name of its file in \(SiteFolder.path), without .yaml.", valueName: "site"),
        completion: .shellCommand("ls \(SiteFolder.path) 2>/dev/null | sed -n 's/[.]yaml$//p'"))
    var site: String?

    @Option(help: ArgumentHelp("Read this file instead.", valueName: "file"), completion: .file(extensions: ["yaml"]))
    var config: String?

    @Flag(help: "Check the site's file, or every site's, and exit.")
    var checkConfig = false

    @Flag(help: "With --check-config: print JSON.")
    var json = false

    @Flag(help: "Have the running gateway of the site read its file again, and exit.")
    var reload = false

    @Option(
        help: ArgumentHelp("Make the proxy's socket here. Only this account can use it.", valueName: "path"),
        completion: .file())
    var socket: String?

    @Option(
        help: ArgumentHelp("Make the socket of the metrics here.", valueName: "path"), completion: .file())
    var metricsSocket: String?

    @Option(
        help: ArgumentHelp(
            "Answer reloads at this socket. With --reload: ask there.", valueName: "path"), completion: .file())
    var reloadSocket: String?

    @Option(
        help: ArgumentHelp("The verify socket of the daemon.", valueName: "path"), completion: .file())
    var verifySocket: String?

    @Option(help: ArgumentHelp("The number of threads, 1 to 64.", valueName: "number"))
    var threads: Int?

    @Option(
        help: ArgumentHelp(
            "Write a line feed to this descriptor, and close it, when requests are served.", valueName: "number"))
    var readyFd: Int32?

    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let fault as GatewayFault {
            for line in fault.lines { SmallFile.write("keyward-gateway: \(line)\n", to: STDERR_FILENO) }
            Glibc.exit(fault.status.rawValue)
        } catch {
            exit(withError: error)
        }
    }

    func validate() throws {
        guard threads.map({ (1...64).contains($0) }) ?? true else {
            throw ValidationError("--threads must be 1 to 64.")
        }
        guard !(checkConfig && reload) else { throw ValidationError("Give --check-config or --reload.") }
        guard checkConfig || !json else { throw ValidationError("--json needs --check-config.") }
    }

    func run() throws {
        if checkConfig { return try check() }
        // Not in validate(), which would hide an option that is misspelt.
        guard site != nil || config != nil else {
            throw ValidationError("Name a site, or a file with --config.")
        }
        if reload { return try askForReload() }
        // The signals first: threads inherit the mask.
        Signals.hold()
        let refused = Hardening.apply()
        if let readyFd, !ReadySignal.keep(readyFd) {
            throw GatewayFault("--ready-fd \(readyFd) is not an open descriptor.", .usage)
        }
        let file = try SiteFolder.file(site: site, config: config)
        let gateway = try RunningGateway(
            file, sockets: ListeningSockets(socket: socket, metrics: metricsSocket, reloads: reloadSocket),
            verifySocket: verifySocket ?? SocketPath.verify.resolve(), threads: threads, refusedMeasures: refused)
        if let readyFd { ReadySignal.send(readyFd) }
        while Signals.next() == SIGHUP { gateway.reload() }
        try gateway.stop()
    }

    private func askForReload() throws(GatewayFault) {
        let name = try SiteFolder.file(site: site, config: config).name
        let outcome = try ReloadSocket(reloadSocket ?? ReloadSocket.path(of: name)).ask()
        guard outcome.isInForce else {
            throw GatewayFault("\(outcome.text) The previous site stays in force.", .configuration)
        }
        print(outcome.text)
    }

    private func check() throws(GatewayFault) {
        let check: SiteCheck
        if site != nil || config != nil {
            check = SiteCheck([try SiteFolder.file(site: site, config: config)])
        } else {
            do throws(ConfigurationError) { check = SiteCheck(try SiteFolder.all()) } catch { check = SiteCheck(error) }
        }
        if json { print(check.json) } else { check.summaries.forEach { print($0) } }
        guard check.report.ok else { throw GatewayFault(json ? [] : check.sentences, .configuration) }
    }
}
