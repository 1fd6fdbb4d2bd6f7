internal import KeywardLoopback
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// Serves the requests of one site's proxy.
package final class GatewayServer: Sendable {
    /// Where it listens.
    package enum Listener: Sendable {
        /// A socket that listens already. The server owns it from now on.
        case descriptor(Int32)
        /// A Unix socket to make. A file in its place is removed.
        case path(String)
        case loopback(LoopbackListener)
    }

    /// The most connections of the proxy.
    package static let mostConnections = 12_000
    /// The longest header of a request, in bytes, and its most fields.
    private static let headerLimits = {
        var limits = NIOHTTPDecoderLimitConfiguration()
        (limits.maxHeaderFieldSize, limits.maxHeaderListSize) = (16 << 10, 16 << 10)
        limits.maxHeaderFieldCount = 100
        return limits
    }()

    /// The daemon and the proxy need the other cores.
    package static var defaultThreads: Int { max(1, min(4, System.coreCount / 2)) }

    private let group: MultiThreadedEventLoopGroup
    private let loops: [ObjectIdentifier: NIOLoopBound<GatewayLoop>]
    private let counters: GatewayCounters

    /// - Parameters:
    ///   - verifySocket: The path of the daemon's verify socket.
    ///   - threads: The number of event loops, each with a connection to the daemon.
    package init(_ site: Site, verifySocket: String, counters: GatewayCounters, threads: Int) throws {
        group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
        self.counters = counters
        let inForce = SiteInForce(site)
        var loops: [ObjectIdentifier: NIOLoopBound<GatewayLoop>] = [:]
        for loop in group.makeIterator() {
            loops[ObjectIdentifier(loop)] = try loop.submit {
                let gateway = GatewayLoop(inForce, verifySocket: verifySocket, counters: counters, loop: loop)
                gateway.start()
                return NIOLoopBound(gateway, eventLoop: loop)
            }.wait()
        }
        self.loops = loops
    }

    /// Serves this site from now on. Requests that have arrived are answered by the one before. Returns when every loop
    /// has it.
    package func adopt(_ site: Site) throws {
        let inForce = SiteInForce(site)
        for loop in loops.values {
            try loop.eventLoop.submit { loop.value.adopt(inForce) }.wait()
        }
    }

    /// Begins to serve. Returns what ``stop(_:)`` needs.
    package func listen(on listener: Listener) throws -> Listening {
        let (loops, counters) = (loops, counters)
        var isTCP = false
        if case .loopback = listener { isTCP = true }
        return try bind(listener, isTCP: isTCP) { [isTCP] channel in
            guard let loop = loops[ObjectIdentifier(channel.eventLoop)] else { return channel.close() }
            let uid = isTCP ? Self.account(of: channel) : nil
            guard loop.value.site.isOpen(to: uid) else {
                counters.countForeign()
                return channel.close()
            }
            guard counters.open(atMost: Self.mostConnections) else { return channel.close() }
            channel.closeFuture.whenComplete { _ in counters.close() }
            return channel.eventLoop.makeCompletedFuture {
                let gate = InputGate()
                try channel.pipeline.syncOperations.addHandlers([
                    gate, ByteToMessageHandler(HTTPRequestDecoder(limitConfiguration: Self.headerLimits)),
                    HTTPConnection(loop.value, gate, uid: uid),
                ])
            }
        }
    }

    /// Begins to serve the metrics.
    package func listenForMetrics(on listener: Listener) throws -> Listening {
        let counters = counters
        return try bind(listener, isTCP: false) { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandlers([
                    ByteToMessageHandler(HTTPRequestDecoder(limitConfiguration: Self.headerLimits)),
                    MetricsConnection(counters),
                ])
            }
        }
    }

    /// A listening socket.
    package struct Listening: Sendable {
        fileprivate let channel: any Channel
    }

    /// Calls `body` every ten seconds.
    package func everyTenSeconds(_ body: @escaping @Sendable () -> Void) {
        group.next().scheduleRepeatedTask(initialDelay: .seconds(10), delay: .seconds(10)) { _ in body() }
    }

    /// Accepts no further connection, answers the requests in flight, and ends.
    package func stop(_ listening: [Listening]) throws {
        for listening in listening { try listening.channel.close().wait() }
        let stops = loops.values.map { loop in
            loop.eventLoop.flatSubmit { loop.value.stop() }
        }
        for stop in stops { try stop.wait() }
        try group.syncShutdownGracefully()
    }

    private func bind(
        _ listener: Listener, isTCP: Bool, _ initialize: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>
    ) throws -> Listening {
        var bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 4_096)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer(initialize)
        if isTCP {
            bootstrap = bootstrap.serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
        }
        let channel =
            switch listener {
            case .descriptor(let number): bootstrap.withBoundSocket(number)
            case .path(let path): bootstrap.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true)
            case .loopback(let loopback): bootstrap.bind(host: loopback.address, port: loopback.port)
            }
        return Listening(channel: try channel.wait())
    }

    private static func account(of channel: any Channel) -> UInt32? {
        guard let account = try? PeerAccount() else { return nil }
        return account.uid(of: channel)
    }
}
