internal import NIOCore

/// What the connections of one event loop share. Every method runs on that loop.
final class GatewayLoop {
    /// For the requests that arrive from now on.
    private(set) var site: SiteInForce
    let link: VerifyLink
    let counters: GatewayCounters
    /// Whether the gateway stops: connections end after the request in flight.
    private(set) var isStopping = false

    private let loop: any EventLoop
    private var connections: [ObjectIdentifier: HTTPConnection] = [:]
    private var stopped: EventLoopPromise<Void>?

    init(_ site: SiteInForce, verifySocket: String, counters: GatewayCounters, loop: any EventLoop) {
        (self.site, self.counters, self.loop) = (site, counters, loop)
        link = VerifyLink(verifySocket, loop: loop)
    }

    /// Begins to look for connections that take too long.
    func start() {
        let own = NIOLoopBound(self, eventLoop: loop)
        loop.scheduleRepeatedTask(initialDelay: ConnectionTimes.check, delay: ConnectionTimes.check) { _ in
            let now = NIODeadline.now()
            own.value.connections.values.forEach { $0.checkTimes(at: now) }
        }
    }

    /// Replaces the site. Connections of an account that it does not serve end after the request in flight.
    func adopt(_ site: SiteInForce) {
        self.site = site
        connections.values.filter { !site.isOpen(to: $0.uid) }.forEach { $0.endWhenIdle() }
    }

    func add(_ connection: HTTPConnection) {
        connections[ObjectIdentifier(connection)] = connection
    }

    func remove(_ connection: HTTPConnection) {
        connections[ObjectIdentifier(connection)] = nil
        if connections.isEmpty { stopped?.succeed() }
    }

    /// Ends every connection after the request in flight; the future succeeds when there is none left.
    func stop() -> EventLoopFuture<Void> {
        isStopping = true
        let promise = loop.makePromise(of: Void.self)
        stopped = promise
        connections.values.forEach { $0.endWhenIdle() }
        if connections.isEmpty { promise.succeed() }
        loop.assumeIsolated().scheduleTask(in: ConnectionTimes.stop) { self.connections.values.forEach { $0.close() } }
        return promise.futureResult
    }
}
