internal import NIOCore

/// How long a connection may take for each step.
enum ConnectionTimes {
    /// From a request's first byte to its last.
    static let request = TimeAmount.seconds(10)
    /// For a peer that does not read its answer.
    static let unreadAnswer = TimeAmount.seconds(10)
    /// For a peer that does not close after its last answer.
    static let end = TimeAmount.seconds(2)
    /// Without a request. Proxies keep connections up to an hour (Envoy), and should be the ones that close them.
    static let idle = TimeAmount.seconds(3_700)
    /// Between two looks at all connections.
    static let check = TimeAmount.seconds(1)
    /// For the requests in flight when the gateway stops.
    static let stop = TimeAmount.seconds(5)
}
