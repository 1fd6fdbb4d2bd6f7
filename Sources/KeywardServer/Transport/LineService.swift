package import KeywardBase
package import KeywardCore

/// What a socket serves. Each event loop makes a handler for itself and uses it on its own thread alone.
package protocol LineService: Sendable {
    associatedtype Handler: LineHandler

    func makeHandler() -> Handler
}

/// Answers the lines of every connection of one event loop. It never blocks: a call that cannot be answered at once
/// is answered later, through its token.
package protocol LineHandler {
    /// Answers whole lines in their order by appending replies, each with its line feed, to `output`.
    ///
    /// It stops behind the first line that will be answered through `token`; what is behind that line comes again
    /// when it has been.
    mutating func answer(
        _ lines: borrowing LineBatch, from peer: PeerCredentials, token: ReplyToken, into output: inout ByteBuffer
    ) -> Progress

    /// Takes whole lines that are to be answered soon, all of them or none: what their answers need can be fetched
    /// from memory while other connections' lines are taken. Whether it has taken them.
    ///
    /// ``answerTaken(in:into:)`` follows for each batch that was taken, in their order, before any other call.
    mutating func take(_ lines: borrowing LineBatch, from peer: PeerCredentials) -> Bool

    /// Answers the oldest batch that was taken. `bytes` are those that held it then.
    mutating func answerTaken(in bytes: Span<UInt8>, into output: inout ByteBuffer)

    /// Every connection that was ready in this turn of the loop has been served.
    mutating func iterationEnded()

    /// Who waits for replies on a new connection.
    func requester(of peer: PeerCredentials) -> Requester
}

/// A handler may answer each connection's lines by themselves.
extension LineHandler {
    package mutating func take(_ lines: borrowing LineBatch, from peer: PeerCredentials) -> Bool { false }
    package mutating func answerTaken(in bytes: Span<UInt8>, into output: inout ByteBuffer) {}
    package mutating func iterationEnded() {}
    package func requester(of peer: PeerCredentials) -> Requester { Requester() }
}

/// How far a handler came with a batch.
package enum Progress: Hashable, Sendable {
    /// Every line is answered, or needs no answer.
    case all
    /// The last of the first `consumed` lines (1 to all) will be answered later; those before it are answered.
    case deferred(consumed: Int)
}

/// The lines that the transport itself sends, each whole and with its line feed.
package struct TransportRefusals: Sendable {
    package var lineTooLong: [UInt8]
    /// The socket has no room for another connection.
    package var tooManyConnections: [UInt8]
    /// The peer's uid has as many connections as one may have.
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
