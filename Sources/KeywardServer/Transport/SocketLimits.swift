/// The limits of one socket.
package struct SocketLimits: Hashable, Sendable {
    /// The longest line, in bytes without its line feed.
    package var lineBytes: Int
    /// Connections at once.
    package var connections: Int
    /// Connections at once of one uid.
    package var connectionsPerUser: Int
    /// The part of ``connections`` that is reserved for root and the daemon's own uid.
    package var reserved = 8
    /// How long a line may take from its first byte to its last, in seconds.
    package var partialLineSeconds = 10
    /// How long a connection may be idle, in seconds; `nil` is no limit.
    package var idleSeconds: Int?
    /// How long a client may leave its replies unread, in seconds.
    package var stalledWriteSeconds = 5

    package static let admin = SocketLimits(
        lineBytes: 1 << 20, connections: 128, connectionsPerUser: 32, idleSeconds: 300)
    package static let verify = SocketLimits(lineBytes: 64 << 10, connections: 1_024, connectionsPerUser: 256)

    package init(lineBytes: Int, connections: Int, connectionsPerUser: Int, idleSeconds: Int? = nil) {
        self.lineBytes = lineBytes
        self.connections = connections
        self.connectionsPerUser = connectionsPerUser
        self.idleSeconds = idleSeconds
    }
}
