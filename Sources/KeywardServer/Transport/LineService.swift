package import KeywardBase
package import KeywardCore

/// The service of a socket. Each event loop creates its own handler and uses it only on its own thread.
package protocol LineService: Sendable {
    associatedtype Handler: LineHandler

    func makeHandler() -> Handler
}

/// Answers the lines of every connection of one event loop. It never blocks: a call that cannot be answered at once is
/// answered later, through its token.
package protocol LineHandler {
    /// Answers complete lines in order by appending replies, each with its line feed, to `output`.
    ///
    /// It stops after the first line that will be answered through `token`; later lines are passed again after that
    /// reply.
    mutating func answer(
        _ lines: borrowing LineBatch, from peer: PeerCredentials, token: ReplyToken, into output: inout ByteBuffer
    ) -> Progress

    /// Takes complete lines for a later answer, all of them or none. So the memory for their answers can be prefetched
    /// while other connections' lines are taken. Returns whether it took them.
    ///
    /// ``answerTaken(from:in:into:)`` follows for each taken batch, in order, before any other call.
    mutating func take(_ lines: borrowing LineBatch, from peer: PeerCredentials) -> Bool

    /// Answers the oldest taken batch, from `peer`. `bytes` are those that held it then.
    mutating func answerTaken(from peer: PeerCredentials, in bytes: Span<UInt8>, into output: inout ByteBuffer)

    /// Every connection that was ready in this iteration of the loop has been served.
    mutating func iterationEnded()

    /// The requester of a new connection.
    func requester(of peer: PeerCredentials) -> Requester
}

/// A handler may answer each connection's lines separately.
extension LineHandler {
    package mutating func take(_ lines: borrowing LineBatch, from peer: PeerCredentials) -> Bool { false }
    package mutating func answerTaken(
        from peer: PeerCredentials, in bytes: Span<UInt8>, into output: inout ByteBuffer
    ) {}
    package mutating func iterationEnded() {}
    package func requester(of peer: PeerCredentials) -> Requester { Requester() }
}

/// How much of a batch a handler has processed.
package enum Progress: Hashable, Sendable {
    /// Every line is answered, or needs no answer.
    case all
    /// The last of the first `consumed` lines (1 to all) will be answered later; those before it are answered.
    case deferred(consumed: Int)
}

/// The lines that the transport itself sends, each whole and with its line feed.
package struct TransportRefusals: Sendable {
    package var lineTooLong: [UInt8]
    /// The socket's limit of connections is reached.
    package var tooManyConnections: [UInt8]
    /// The limit of connections of the peer's uid is reached.
    package var tooManyConnectionsOfUser: [UInt8]
    package var shuttingDown: [UInt8]

    package init(
        lineTooLong: [UInt8], tooManyConnections: [UInt8], tooManyConnectionsOfUser: [UInt8], shuttingDown: [UInt8]
    ) {
        self.lineTooLong = lineTooLong
        self.tooManyConnections = tooManyConnections
        self.tooManyConnectionsOfUser = tooManyConnectionsOfUser
        self.shuttingDown = shuttingDown
    }
}
