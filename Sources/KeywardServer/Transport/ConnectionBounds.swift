/// How much and how long a connection may. Times are in milliseconds, sizes in bytes.
package struct ConnectionBounds: Hashable, Sendable {
    /// See ``heldOutput``.
    package static let mostHeldOutput = 256 << 10

    /// The longest line.
    package var line: Int
    /// From the first byte of a line to its last.
    package var partialLine: Int64
    /// Without a request; `nil` is for ever.
    package var idle: Int64?
    /// Without progress in sending.
    package var stalledWrite: Int64
    /// What is received while an earlier line waits for its reply; then the socket is left alone.
    package var heldInput = 64 << 10
    /// Replies that the client has not read; then nothing more is read from it.
    package var heldOutput = Self.mostHeldOutput
    /// Lines that answer no request and that the client has not read; with more it is cut off.
    package var unreadPushes = 1 << 20
    /// How long a connection whose last reply is sent is kept for the client to take it.
    package var linger: Int64 = 1_000
    /// How much of what the client still sends is thrown away meanwhile.
    package var lingerInput = 8 << 20

    package init(_ limits: SocketLimits) {
        line = limits.lineBytes
        partialLine = Int64(limits.partialLineSeconds) * 1_000
        idle = limits.idleSeconds.map { Int64($0) * 1_000 }
        stalledWrite = Int64(limits.stalledWriteSeconds) * 1_000
    }
}
