import Glibc
import KeywardCore
import KeywardProtocol

@testable import KeywardServer

/// A client's side of a connection without a socket. Its text passes through the real framer, connection, handler and
/// mailbox, on the test's own thread.
final class Talk {
    private var connection: Connection
    private var handler: RequestHandler
    let mailbox: Mailbox
    private var channels: [PushChannel] = []
    private let peer: PeerCredentials
    private var said: [UInt8] = []
    private(set) var isCutOff = false

    init(_ handler: RequestHandler, as peer: PeerCredentials) throws {
        connection = Connection(
            bounds: ConnectionBounds(.admin), requester: handler.requester(of: peer), now: 0)
        self.handler = handler
        self.peer = peer
        mailbox = try Mailbox()
    }

    /// Sends lines at once, waits for all pending replies, and returns them unchanged.
    func say(_ text: String) -> [String] {
        give(text) { answer() }
        return replies()
    }

    /// Sends lines at once, and answers those that need no wait.
    func begin(_ text: String) {
        give(text)
        let token = ReplyToken(mailbox: mailbox, tag: 0, call: connection.call)
        connection.answer(by: &handler, from: peer, token: token, refusals: .test, now: 0)
    }

    /// Sends lines at once; `received` is called after each piece that the connection had capacity for.
    func give(_ text: String, received: () -> Void = {}) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            connection.receive(now: 0) { buffer in
                let taken = min(rest.count, buffer.count)
                buffer.copyBytes(from: rest.prefix(taken))
                rest = rest.dropFirst(taken)
                return taken
            }
            received()
        }
    }

    /// Makes the connection take the sent lines, to be answered with those of other connections. Returns whether it
    /// did.
    func take() -> Bool { connection.take(by: &handler, from: peer) > 0 }

    func answerTaken() { connection.answerTaken(by: &handler, from: peer) }

    /// Answers the remaining lines, and returns all replies unchanged.
    func replies() -> [String] {
        answer()
        defer { said = [] }
        return String(decoding: said, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    func ask(_ lines: [String]) throws -> [JSON] {
        try say(lines.map { $0 + "\n" }.joined()).map { try JSON(parsing: $0) }
    }

    func ask(_ line: String) throws -> JSON {
        let replies = try ask([line])
        return replies.count == 1 ? replies[0] : .array(replies)
    }

    func call(_ method: String, _ params: String = "{}") throws -> JSON {
        try ask(#"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":\#(params)}"#)
    }

    /// The symbolic code of a call's error, `nil` if it succeeds.
    func refusal(_ method: String, _ params: String) throws -> String? {
        try call(method, params)["error"]["data"]["code"].string
    }

    private func answer() {
        repeat {
            if connection.isPending { takeMail() }
            let token = ReplyToken(mailbox: mailbox, tag: 0, call: connection.call)
            connection.answer(by: &handler, from: peer, token: token, refusals: .test, now: 0)
            handler.iterationEnded()
            let sent = connection.withOutput { Array($0) }
            said += sent
            connection.sent(sent.count, now: 0)
        } while connection.isPending || connection.canAnswer && connection.wants.contains(.write)
    }

    /// Waits for a deferred reply; after a minute it counts as lost.
    private func takeMail() {
        var waiting = pollfd(fd: mailbox.wake.descriptor, events: Int16(POLLIN), revents: 0)
        precondition(poll(&waiting, 1, 60_000) == 1, "a deferred reply did not come")
        for message in mailbox.take() { read(message) }
    }

    /// Like the event loop.
    private func read(_ message: LoopMessage) {
        switch message {
        case .completed(_, let call, let reply): connection.complete(call: call, with: reply, now: 0)
        case .partlyCompleted(_, let call, let part): connection.append(part, toReplyOf: call, now: 0)
        case .subscribed(_, let channel):
            channels.append(channel)
            connection.subscribe()
        case .pushed(_, let line, let channel):
            channel.arrived(line)
            connection.push(line)
        case .cutOff: isCutOff = true
        case .called(let answer): answer()
        case .accepted, .moved, .limits, .drain, .pushesEnded: break
        }
    }

    /// Waits for this many notifications, and returns all received.
    func hear(_ count: Int) throws -> [JSON] {
        answer()
        while said.count(where: { $0 == UInt8(ascii: "\n") }) < count, !isCutOff {
            takeMail()
            answer()
        }
        return try heard()
    }

    /// The notifications received so far.
    func heard() throws -> [JSON] {
        for message in mailbox.take() { read(message) }
        answer()
        defer { said = [] }
        return try String(decoding: said, as: UTF8.self).split(separator: "\n").map { try JSON(parsing: String($0)) }
    }

    /// Closes the connection.
    func hangUp() {
        channels.forEach { $0.close() }
        channels = []
    }
}
