/// The limits of a connection. Times are in milliseconds, sizes in bytes.
package struct ConnectionBounds: Hashable, Sendable {
    /// See ``heldOutput``.
    package static let mostHeldOutput = 256 << 10

    /// The longest line.
    package var line: Int
    /// From the first byte of a line to its last.
    package var partialLine: Int64
    /// Without a request; `nil` is no limit.
    package var idle: Int64?
    /// Without progress in sending.
    package var stalledWrite: Int64
    /// Input received while an earlier line waits for its reply; beyond it the socket is not read.
    package var heldInput = 64 << 10
    /// Unread replies; beyond it nothing more is read from the client.
    package var heldOutput = Self.mostHeldOutput
    /// Unread notifications; beyond it the client is disconnected.
    package var unreadPushes = 1 << 20
    /// How long a connection stays open after its last reply, for the client to read it.
    package var linger: Int64 = 1_000
    /// How much further input is discarded meanwhile.
    package var lingerInput = 8 << 20

    package init(_ limits: SocketLimits) {
        line = limits.lineBytes
        partialLine = Int64(limits.partialLineSeconds) * 1_000
        idle = limits.idleSeconds.map { Int64($0) * 1_000 }
        stalledWrite = Int64(limits.stalledWriteSeconds) * 1_000
    }
}
