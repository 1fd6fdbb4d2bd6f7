import KeywardCore
import KeywardProtocol

/// The requests of a batch, run one after another; their replies form one line.
struct BatchRun: Sendable {
    struct Item: Sendable {
        /// The id as it was written; `nil` is answered as `null`.
        var id: [UInt8]?
        var call: Result<PreparedCall, RPCError>
    }

    /// The longest reply, in bytes. What no longer fits is not run, or if it only read, not told.
    static let longestReply = 8 << 20

    private let application: Application
    private let socket: ServedSocket
    private let peer: PeerCredentials
    private let requester: Requester?
    private let items: [Item]
    /// The elements of the reply, in the order of the requests.
    private var elements: [[UInt8]] = []
    private var length = 0

    init(
        _ application: Application, _ socket: ServedSocket, _ peer: PeerCredentials, _ requester: Requester?,
        _ items: [Item]
    ) {
        self.application = application
        self.socket = socket
        self.peer = peer
        self.requester = requester
        self.items = items
    }

    /// Runs what is left, then hands the line to `completion`, once. Nothing more is run once nobody waits for it.
    consuming func run(_ completion: @escaping @Sendable ([UInt8]) -> Void) {
        guard elements.count < items.count else {
            return completion(line)
        }
        if requester?.isGone == true { return }
        let (item, run) = (items[elements.count], self)
        guard length < Self.longestReply, case .success(let call) = item.call else {
            var next = self
            next.add([])
            return next.run(completion)
        }
        let (application, socket, peer, requester) = (application, socket, peer, requester)
        call.start({ CallContext(application, socket, peer, id: item.id ?? [], requester: requester) }, .none) {
            element in
            var next = run
            next.add(element)
            next.run(completion)
        }
    }

    /// The elements as one line; each is copied whole, for together they may be megabytes.
    private var line: [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(length + 2)
        for element in elements {
            line.append(line.isEmpty ? UInt8(ascii: "[") : UInt8(ascii: ","))
            line += element
        }
        return line + Array("]\n".utf8)
    }

    /// Takes the reply to the next request; none if it was not run.
    private mutating func add(_ reply: [UInt8]) {
        let item = items[elements.count]
        var reply = reply
        if case .failure(let error) = item.call {
            reply = item.reply(with: error)
        } else if reply.isEmpty || length + reply.count > Self.longestReply && item.work != .change {
            reply = item.reply(with: .batchReplyFull)
        }
        length += reply.count + 1
        elements.append(reply)
    }
}

extension RPCError {
    fileprivate static let batchReplyFull = RPCError(
        .limitExceeded, "The reply to this batch is full. Send this request again by itself.",
        data: Facts(limit: BatchRun.longestReply))
}

extension BatchRun.Item {
    fileprivate var work: MethodContract.Work {
        if case .success(let prepared) = call { prepared.work } else { .read }
    }

    fileprivate func reply(with error: RPCError) -> [UInt8] {
        var buffer = ByteBuffer()
        Reply.appendError(error, id: id?.span, ending: .none, into: &buffer)
        return buffer.withUnsafeBytes { Array($0) }
    }
}
