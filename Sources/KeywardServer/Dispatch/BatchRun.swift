import KeywardCore
import KeywardProtocol

/// The requests of a batch, run one after another; their replies form one line.
struct BatchRun: Sendable {
    struct Item: Sendable {
        /// The id as it was written; `nil` is answered as `null`.
        var id: [UInt8]?
        var call: Result<PreparedCall, RPCError>
    }

    /// The longest reply, in bytes; what does not fit any more is not run.
    private static let longestReply = 8 << 20

    private let application: Application
    private let socket: ServedSocket
    private let peer: PeerCredentials
    private let items: [Item]
    private var reply: [UInt8] = []
    private var next = 0

    init(_ application: Application, _ socket: ServedSocket, _ peer: PeerCredentials, _ items: [Item]) {
        self.application = application
        self.socket = socket
        self.peer = peer
        self.items = items
    }

    /// Runs what is left, then hands the line to `completion`, once.
    consuming func run(_ completion: @escaping @Sendable ([UInt8]) -> Void) {
        guard next < items.count else { return completion(reply + Array("]\n".utf8)) }
        let (application, run) = (application, self)
        application.submit(items[next].work) {
            var run = run
            run.step()
            run.run(completion)
        }
    }

    private mutating func step() {
        let item = items[next]
        var buffer = ByteBuffer()
        buffer.append(next == 0 ? UInt8(ascii: "[") : UInt8(ascii: ","))
        if reply.count > Self.longestReply {
            let error = RPCError(.limitExceeded, "The batch's reply is full; this request was not run. Send it again.")
            Reply.appendError(error, id: item.id?.span, ending: .none, into: &buffer)
        } else {
            item.run(application, socket, peer, into: &buffer)
        }
        reply += buffer.withUnsafeBytes { Array($0) }
        next += 1
    }
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
