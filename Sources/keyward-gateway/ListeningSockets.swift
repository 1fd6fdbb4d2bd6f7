internal import KeywardGateway
internal import KeywardSystemd

/// Where a gateway listens: on sockets that the service manager passes, on paths from the command line, or on the
/// site's port.
struct ListeningSockets {
    private let inherited: [String: Int32]
    private let socket: String?
    private let metricsPath: String?
    /// Where reloads are answered; `nil` is nowhere.
    let reloads: ReloadSocket?

    /// Call it once, before threads start: it takes the service manager's sockets.
    init(socket: String?, metrics: String?, reloads: String?) throws(GatewayFault) {
        do {
            inherited = try InheritedSockets.take(named: ["site", "metrics"])
        } catch {
            throw GatewayFault("\(error)", .configuration)
        }
        (self.socket, metricsPath) = (socket, metrics)
        self.reloads = try reloads.map(ReloadSocket.init)
    }

    /// The socket of the proxy.
    func listener(of site: Site) throws(GatewayFault) -> GatewayServer.Listener {
        switch (site.loopback, inherited["site"], socket) {
        case (let loopback?, nil, nil): return .loopback(loopback)
        case (nil, let descriptor?, nil): return .descriptor(descriptor)
        case (nil, nil, let path?): return .path(path)
        case (nil, nil, nil):
            throw GatewayFault(
                "There is no socket. Run: systemctl start keyward-gateway@\(site.name).socket", .configuration)
        case (.some, _, _):
            throw GatewayFault(
                "This site has 'listen', so it needs no socket. Run: systemctl start keyward-gateway-tcp@\(site.name)",
                .configuration)
        default: throw GatewayFault("--socket cannot be combined with a socket of the service manager.", .usage)
        }
    }

    /// The socket of the metrics; `nil` if there is none.
    var metrics: GatewayServer.Listener? {
        metricsPath.map { .path($0) } ?? inherited["metrics"].map { .descriptor($0) }
    }
}
