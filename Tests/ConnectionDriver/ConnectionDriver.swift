import KeywardCore
package import KeywardServer

/// A connection with a simulated event loop, for tests and fuzzers: the socket's capacity and the clock are set by
/// hand.
package final class ConnectionDriver<Handler: LineHandler> {
    package var connection: Connection
    package private(set) var handler: Handler
    package var now: Int64 = 0
    /// How much the socket accepts until it is full.
    package var buffer = Int.max
    package private(set) var sent: [UInt8] = []
    /// The largest number of bytes that waited for the socket.
    package private(set) var mostHeld = 0
    package private(set) var isShutDown = false
    package private(set) var isClosed = false
    private let refusals: TransportRefusals
    private static var peer: PeerCredentials { PeerCredentials(uid: 1, gid: 1, pid: 1, groups: []) }
    private let mailbox: Mailbox
    private let bounds: ConnectionBounds

    package init(_ bounds: ConnectionBounds, _ handler: Handler, _ refusals: TransportRefusals) throws {
        connection = Connection(bounds: bounds, requester: handler.requester(of: Self.peer), now: 0)
        mailbox = try Mailbox()
        self.handler = handler
        self.refusals = refusals
        self.bounds = bounds
    }

    /// Continues with an idle connection of another event loop; it keeps the clock and the socket.
    package init?(moving other: ConnectionDriver) throws {
        guard let rest = other.connection.atRest else { return nil }
        connection = Connection(bounds: other.bounds, rest)
        mailbox = try Mailbox()
        (handler, refusals, bounds) = (other.handler, other.refusals, other.bounds)
        (now, buffer) = (other.now, other.buffer)
    }

    /// Whether the client may send.
    package var reads: Bool { !isClosed && connection.wants.contains(.read) }

    /// Whether no further call will run.
    package var isAnswered: Bool { connection.isAnswered }

    /// Feeds as much as the connection has capacity for, at once. Returns the number of bytes.
    @discardableResult package func feed(_ bytes: ArraySlice<UInt8>) -> Int {
        var taken = 0
        connection.receive(now: now) { buffer in
            taken = min(bytes.count, buffer.count)
            buffer.copyBytes(from: bytes.prefix(taken))
            return taken
        }
        pump()
        return taken
    }

    package func end() {
        connection.endInput()
        pump()
    }

    package func complete(_ reply: [UInt8], call: UInt64? = nil) {
        connection.complete(call: call ?? connection.call, with: reply, now: now)
        pump()
    }

    package func drain() {
        connection.drain()
        pump()
    }

    package func endPushes() {
        connection.endPushes(refusals)
        pump()
    }

    /// Advances the clock, and lets the connection check its deadlines.
    @discardableResult package func pass(_ milliseconds: Int64) -> Bool {
        now += milliseconds
        defer { pump() }
        return connection.expire(now: now)
    }

    /// Does what the event loop does after every event.
    package func pump() {
        var isHeldUp = true
        while isHeldUp {
            let token = ReplyToken(mailbox: mailbox, tag: 0, call: connection.call)
            connection.answer(
                by: &handler, from: Self.peer, token: token,
                refusals: refusals, now: now)
            isHeldUp = !connection.canAnswer
            send()
            isHeldUp = isHeldUp && connection.canAnswer
        }
        if connection.wants.contains(.shutDown) {
            isShutDown = true
            connection.didShutDown(now: now)
        }
        if connection.wants.contains(.close) { isClosed = true }
    }

    private func send() {
        guard connection.wants.contains(.write) else { return }
        let taken = connection.withOutput { output in
            mostHeld = max(mostHeld, output.count)
            return Array(output.prefix(buffer))
        }
        if buffer != .max { buffer -= taken.count }
        sent += taken
        connection.sent(taken.count, now: now)
    }
}
