/// What one socket counts.
package struct SocketCounters: Hashable, Sendable {
    /// Clients that are connected now.
    package var connections = 0
    /// Connections refused since the start: the socket was full, the user had too many, no word was lost on them.
    package var full = 0
    package var overQuota = 0
    package var dropped = 0

    package init(connections: Int = 0, full: Int = 0, overQuota: Int = 0, dropped: Int = 0) {
        (self.connections, self.full, self.overQuota, self.dropped) = (connections, full, overQuota, dropped)
    }
}
