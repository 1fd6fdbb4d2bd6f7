internal import Glibc
internal import KeywardGateway
internal import KeywardSystemd
internal import Logging
internal import Synchronization

/// A gateway that serves: its server, its sockets and its log.
final class RunningGateway: Sendable {
    private let file: SiteFolder.File
    /// The site in force.
    private let site: Mutex<Site>
    private let server: GatewayServer
    private let listening: [GatewayServer.Listening]
    private let counters: GatewayCounters
    private let log: Logger
    private let queue: LogQueue

    /// How long a stop waits for a blocked log.
    private static let patience = Duration.seconds(2)

    init(
        _ file: SiteFolder.File, sockets: ListeningSockets, verifySocket: String, threads: Int?,
        refusedMeasures: [String]
    ) throws(GatewayFault) {
        let site = try file.read()
        let listener = try sockets.listener(of: site)
        let queue = GatewayLog.start()
        let log = Logger(label: "keyward-gateway")
        for measure in refusedMeasures { log.warning("The kernel refused \(measure).") }
        Self.raiseDescriptorLimit()
        let counters = GatewayCounters { notice, count in
            log.warning("\(notice.text(count, socket: verifySocket))")
        }
        do {
            server = try GatewayServer(
                site, verifySocket: verifySocket, counters: counters, threads: threads ?? GatewayServer.defaultThreads)
            var listening = [try server.listen(on: listener)]
            if let metrics = sockets.metrics { listening.append(try server.listenForMetrics(on: metrics)) }
            self.listening = listening
        } catch {
            throw GatewayFault("The site cannot be served: \(error).", .system)
        }
        server.everyTenSeconds { counters.reportDue() }
        (self.file, self.counters, self.log, self.queue) = (file, counters, log, queue)
        self.site = Mutex(site)
        counters.noteConfiguration(isGood: true, at: time(nil))
        try sockets.reloads?.serve { [self] in reload() }
        log.notice("\(Self.status(of: site)).")
        Notify.ready(status: Self.status(of: site))
    }

    /// Reads the file again and serves what it says, or reports why the previous site stays in force. The service
    /// manager gets its notice before the caller gets the outcome.
    @discardableResult
    func reload() -> ReloadOutcome {
        site.withLock { site in
            Notify.reloading()
            defer { Notify.ready(status: Self.status(of: site)) }
            do throws(GatewayFault) {
                return try replace(&site, by: try file.read())
            } catch {
                counters.noteConfiguration(isGood: false, at: time(nil))
                log.error("The file was refused, and the previous site stays in force: \(error.message)")
                return ReloadOutcome(isInForce: false, text: error.message)
            }
        }
    }

    /// Answers the requests in flight, and ends.
    func stop() throws {
        Notify.stopping(status: "Answering the last requests")
        try server.stop(listening)
        log.notice("Stopped.")
        queue.flush(within: Self.patience)
    }

    private func replace(_ current: inout Site, by fresh: Site) throws(GatewayFault) -> ReloadOutcome {
        let site = current.reloaded(fresh)
        do {
            try server.adopt(site)
        } catch {
            throw GatewayFault("The gateway is stopping.", .system)
        }
        counters.noteConfiguration(isGood: true, at: time(nil))
        let changes = site.changes(since: current)
        let list = changes.isEmpty ? "nothing has changed" : "changed: " + changes.joined(separator: ", ")
        var sentences = ["The file was read again; \(list)."]
        log.notice("\(sentences[0])")
        if current.listensElsewhere(fresh) {
            sentences.append(Self.remedy(current, fresh))
            log.warning("\(sentences[1])")
        }
        current = site
        return ReloadOutcome(isInForce: true, text: sentences.joined(separator: " "))
    }

    /// What makes another 'listen' effective: a reload keeps the socket.
    private static func remedy(_ current: Site, _ fresh: Site) -> String {
        let (unix, port) = ("keyward-gateway@\(fresh.name)", "keyward-gateway-tcp@\(fresh.name)")
        let commands =
            switch (current.loopback, fresh.loopback) {
            case (.some, .some): "systemctl restart \(port)"
            case (nil, _): "systemctl disable --now \(unix).socket \(unix) && systemctl enable --now \(port)"
            case (_, nil): "systemctl disable --now \(port) && systemctl enable --now \(unix).socket"
            }
        return "'listen' is different, and a reload does not move a socket. Run: \(commands)"
    }

    private static func status(of site: Site) -> String { "Serving \(site.name) for \(site.proxy.rawValue)" }

    /// Each connection of the proxy needs a descriptor; the soft limit is often 1,024.
    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(resource, &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        // Without it, fewer connections are served at once.
        setrlimit(resource, &limit)
    }
}
