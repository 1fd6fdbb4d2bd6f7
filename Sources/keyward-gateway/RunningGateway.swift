internal import Glibc
internal import KeywardGateway
internal import KeywardSystemd
internal import Logging

/// A gateway that serves: its server, its sockets and its log.
struct RunningGateway {
    private let server: GatewayServer
    private let listening: [GatewayServer.Listening]
    private let log: Logger
    private let queue: LogQueue

    /// How long a stop waits for a blocked log.
    private static let patience = Duration.seconds(2)

    init(
        _ site: Site, sockets: ListeningSockets, verifySocket: String, threads: Int?, refusedMeasures: [String]
    ) throws(GatewayFault) {
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
        (self.log, self.queue) = (log, queue)
        log.notice("Serving \(site.name) for \(site.proxy.rawValue).")
        Notify.ready(status: "Serving \(site.name) for \(site.proxy.rawValue)")
    }

    func reportUnsupportedReload() {
        log.warning("The site's file is read only at a start. Restart the gateway; its socket stays open.")
    }

    /// Answers the requests in flight, and ends.
    func stop() throws {
        Notify.stopping(status: "Answering the last requests")
        try server.stop(listening)
        log.notice("Stopped.")
        queue.flush(within: Self.patience)
    }

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
