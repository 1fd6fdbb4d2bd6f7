/// What a gateway does for one site: its file as values.
package struct Site: Hashable, Sendable {
    /// 1 to 64 of `[a-z0-9._-]`: the name of its file.
    package var name: String
    package var proxy: ProxyKind
    /// The workspace of the keys; `*` is any.
    package var workspace = "default"
    package var places = KeyPlaces()
    /// `nil` if the daemon is not told the client's address.
    package var clientAddress: ClientAddress?
    /// The first one that matches a request decides.
    package var rules: [Rule]
    /// The facts of a key that the service gets. The headers of the others say `-`.
    package var identity: Set<IdentityHeader> = Set(IdentityHeader.allCases)
    /// Whether a CORS preflight passes without a key.
    package var passesPreflights = false
    /// Whether requests pass while nothing listens on the daemon's socket.
    package var failsOpen = false
    /// `nil` if the site has a Unix socket.
    package var loopback: LoopbackListener?

    package init(name: String, proxy: ProxyKind, rules: [Rule]) {
        (self.name, self.proxy, self.rules) = (name, proxy, rules)
    }

    /// The index of the rule for a request.
    package func rule(method: String, path: RequestPath) -> Int? {
        rules.firstIndex { $0.matches(method: method, path: path) }
    }
}

/// A TCP port of this host, for a proxy that cannot connect to a Unix socket.
package struct LoopbackListener: Hashable, Sendable {
    /// `127.0.0.1` or `::1`.
    package var address: String
    /// 1 to 65535.
    package var port: Int
    /// Only processes of these accounts are served.
    package var uids: Set<UInt32>

    package init(address: String, port: Int, uids: Set<UInt32>) {
        (self.address, self.port, self.uids) = (address, port, uids)
    }
}
