import KeywardBase
import KeywardCore
import KeywardProtocol

/// Runs the requests of a batch one after another; their replies form one line.
///
/// The line is sent in parts. While the client does not read them, no more is made. Once the client is gone, no more
/// requests run.
struct BatchRun: Sendable {
    struct Item: Sendable {
        /// The id as written in the request; `nil` is answered as `null`.
        var id: [UInt8]?
        var call: Result<PreparedCall, RPCError>
    }

    /// The longest reply, in bytes. Beyond it requests do not run, and an error replaces the result of a read.
    static let longestReply = 8 << 20
    /// The smallest size of a part, if another follows.
    private static let partLength = 64 << 10

    private let services: CallServices
    private let socket: ServedSocket
    private let peer: PeerCredentials
    private let token: ReplyToken
    private let items: [Item]
    /// The number of answered requests.
    private var answered = 0
    /// The unsent part of the reply's elements, in the order of the requests.
    private var part: [UInt8] = []
    private var length = 0

    init(
        _ services: CallServices, _ socket: ServedSocket, _ peer: PeerCredentials, _ token: ReplyToken,
        _ items: [Item]
    ) {
        self.services = services
        self.socket = socket
        self.peer = peer
        self.token = token
        self.items = items
    }

    /// Runs the remaining requests, and sends the line.
    func run() {
        var run = self
        while run.answered < items.count, let reply = run.refusalOfNext() { run.add(reply) }
        guard run.answered < items.count else { return token.complete(run.part + Array("]\n".utf8)) }
        if run.part.count >= Self.partLength {
            token.send(run.part)
            run.part = []
        }
        guard let requester = token.requester else { return run.runNext() }
        requester.whenThereIsCapacity { [run] in run.runNext() }
    }

    /// The reply to the next request, if it does not run.
    private func refusalOfNext() -> [UInt8]? {
        if case .failure(let error) = items[answered].call { return items[answered].reply(with: error) }
        return length < Self.longestReply ? nil : items[answered].reply(with: .batchReplyFull)
    }

    private func runNext() {
        guard token.requester?.isGone != true, case .success(let call) = items[answered].call else { return }
        let (id, run) = (items[answered].id ?? [], self)
        let (services, socket, peer, requester) = (services, socket, peer, token.requester)
        call.start({ CallContext(services, socket, peer, id: id, requester: requester) }, .none) { reply in
            var next = run
            let isTooLong = run.length + reply.count > Self.longestReply && call.work != .change
            next.add(isTooLong ? run.items[run.answered].reply(with: .batchReplyFull) : reply)
            next.run()
        }
    }

    private mutating func add(_ reply: [UInt8]) {
        part.append(answered == 0 ? UInt8(ascii: "[") : UInt8(ascii: ","))
        part += reply
        length += reply.count + 1
        answered += 1
    }
}

extension RPCError {
    fileprivate static let batchReplyFull = RPCError(
        .limitExceeded, "The reply to this batch is full. Send this request again by itself.",
        data: Facts(limit: BatchRun.longestReply))
}

extension BatchRun.Item {
    fileprivate func reply(with error: RPCError) -> [UInt8] {
        var buffer = ByteBuffer()
        Reply.appendError(error, id: id?.span, ending: .none, into: &buffer)
        return buffer.withUnsafeBytes { Array($0) }
    }
}
