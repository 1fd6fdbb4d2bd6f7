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
    private let items: [Item]
    /// The elements of the reply, in the order of the requests.
    private var elements: [[UInt8]] = []
    private var length = 0

    init(_ application: Application, _ socket: ServedSocket, _ peer: PeerCredentials, _ items: [Item]) {
        self.application = application
        self.socket = socket
        self.peer = peer
        self.items = items
    }

    /// Runs what is left, then hands the line to `completion`, once.
    consuming func run(_ completion: @escaping @Sendable ([UInt8]) -> Void) {
        guard elements.count < items.count else {
            return completion(line)
        }
        let (application, run) = (application, self)
        application.submit(items[elements.count].work) {
            var next = run
            next.step()
            return { [next] in next.run(completion) }
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

    private mutating func step() {
        let item = items[elements.count]
        var element = ByteBuffer()
        if length < Self.longestReply { item.run(application, socket, peer, into: &element) }
        if element.isEmpty || length + element.count > Self.longestReply && item.work != .change {
            element.truncate(to: 0)
            Reply.appendError(.batchReplyFull, id: item.id?.span, ending: .none, into: &element)
        }
        length += element.count + 1
        elements.append(element.withUnsafeBytes { Array($0) })
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

    fileprivate func run(
        _ application: Application, _ socket: ServedSocket, _ peer: PeerCredentials, into buffer: inout ByteBuffer
    ) {
        switch call {
        case .failure(let error): Reply.appendError(error, id: id?.span, ending: .none, into: &buffer)
        case .success(let prepared):
            var context = CallContext(application, socket, peer, id: id ?? [])
            prepared.run(&context, .none, &buffer)
        }
    }
}
