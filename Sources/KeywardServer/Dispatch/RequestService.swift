package import KeywardBase
package import KeywardCore
import KeywardProtocol

/// Serves one of the two sockets.
package struct RequestService: LineService {
    private let services: CallServices
    private let socket: ServedSocket

    package init(_ services: CallServices, on socket: ServedSocket) {
        self.services = services
        self.socket = socket
    }

    package func makeHandler() -> RequestHandler { RequestHandler(services, on: socket) }
}

extension SocketServer {
    /// Starts to answer on `listener`.
    ///
    /// It is here, with the concrete service, so that the compiler specializes the event loop for the handler.
    package convenience init(
        _ listener: consuming Listener, as socket: ServedSocket, loops: Int, allServe: Bool = false,
        _ limits: SocketLimits, serving services: CallServices
    ) throws(SocketError) {
        try self.init(
            listener: listener, name: socket == .admin ? "admin" : "verify", nice: socket == .admin ? 10 : 0,
            loops: loops, allServe: allServe, limits: limits, refusals: TransportRefusals(limits),
            service: RequestService(services, on: socket))
    }

    /// Adopts other limits, and their texts.
    package func adopt(_ limits: SocketLimits) {
        adopt(limits, TransportRefusals(limits))
    }
}

/// Answers the lines of one event loop. It is one reference to the state, which is accessed once for all lines of a
/// read: each access to a stored property of a class is checked for exclusivity.
package final class RequestHandler: LineHandler {
    private var dispatcher: RequestDispatcher

    init(_ services: CallServices, on socket: ServedSocket) {
        dispatcher = RequestDispatcher(services, on: socket)
    }

    package func answer(
        _ lines: borrowing LineBatch, from peer: PeerCredentials, token: ReplyToken, into output: inout ByteBuffer
    ) -> Progress {
        dispatcher.answer(lines, from: peer, token: token, into: &output)
    }

    package func take(_ lines: borrowing LineBatch, from peer: PeerCredentials) -> Bool {
        dispatcher.take(lines, from: peer)
    }

    package func answerTaken(from peer: PeerCredentials, in bytes: Span<UInt8>, into output: inout ByteBuffer) {
        dispatcher.answerTaken(from: peer, in: bytes, into: &output)
    }

    package func iterationEnded() {
        dispatcher.iterationEnded()
    }

    package func requester(of peer: PeerCredentials) -> Requester { dispatcher.requester(of: peer) }
}

/// Answers verifications at once in groups, and other calls by the method table.
private struct RequestDispatcher: ~Copyable {
    private let services: CallServices
    private let socket: ServedSocket
    private var tape = JSONTape()
    private var verifier: VerifyPath

    init(_ services: CallServices, on socket: ServedSocket) {
        self.services = services
        self.socket = socket
        verifier = VerifyPath(services.parts.verification)
    }

    mutating func answer(
        _ lines: borrowing LineBatch, from peer: PeerCredentials, token: ReplyToken, into output: inout ByteBuffer
    ) -> Progress {
        for index in 0..<lines.count {
            let range = lines.range(index)
            let isDeferred = lines.withBytes { bytes in
                answer(bytes.extracting(range), at: range.lowerBound, of: bytes, peer, token, &output)
            }
            if isDeferred { return .deferred(consumed: index + 1) }
        }
        lines.withBytes { verifier.finish(from: peer, in: $0, into: &output) }
        return .all
    }

    /// Accepts lines if all of them are verifications without a fault.
    mutating func take(_ lines: borrowing LineBatch, from peer: PeerCredentials) -> Bool {
        guard socket == .verify, let start = verifier.beginPart(of: lines.count) else { return false }
        for index in 0..<lines.count {
            let range = lines.range(index)
            guard lines.withBytes({ take($0.extracting(range), at: range.lowerBound) }) else {
                verifier.dropPart(from: start)
                return false
            }
        }
        verifier.endPart(from: start)
        return true
    }

    private mutating func take(_ line: Span<UInt8>, at offset: Int) -> Bool {
        if verifier.take(plain: line, at: offset) { return true }
        guard case .request(let request) = tape.read(line: line) else { return false }
        return verifier.take(request, of: tape, in: line, at: offset)
    }

    mutating func answerTaken(from peer: PeerCredentials, in bytes: Span<UInt8>, into output: inout ByteBuffer) {
        verifier.answerPart(from: peer, in: bytes, into: &output)
    }

    mutating func iterationEnded() {
        tape.shrink()
    }

    func requester(of peer: PeerCredentials) -> Requester {
        Requester(user: peer.uid, sharing: services.reads.outputs)
    }

    /// Whether the line will be answered later.
    private mutating func answer(
        _ line: Span<UInt8>, at offset: Int, of bytes: Span<UInt8>, _ peer: PeerCredentials, _ token: ReplyToken,
        _ output: inout ByteBuffer
    ) -> Bool {
        if socket == .verify, verifier.take(plain: line, at: offset) { return false }
        let asked = tape.read(line: line)
        if socket == .verify, case .request(let request) = asked,
            verifier.take(request, of: tape, in: line, at: offset)
        {
            return false
        }
        // Replies are in the order of requests: collected verifications go first.
        verifier.finish(from: peer, in: bytes, into: &output)
        switch asked {
        case .refused(let fault):
            Reply.appendError(fault.error, id: fault.id, of: line, into: &output)
            return false
        case .request(let request): return answer(request, in: line, peer, token, &output)
        case .batch(let array): return answer(batch: array, in: line, peer, token, &output)
        }
    }

    private func answer(
        _ request: Request, in line: Span<UInt8>, _ peer: PeerCredentials, _ token: ReplyToken,
        _ output: inout ByteBuffer
    ) -> Bool {
        guard let id = request.id else { return false }
        switch prepare(request, in: line) {
        case .failure(let error):
            Reply.appendError(error, id: line.extracting(id), into: &output)
            return false
        case .success(let prepared):
            var call = context(peer, line, id)
            if prepared.work == .inline {
                prepared.runInline(&call, .line, into: &output)
                return false
            }
            let (services, socket, copy) = (services, socket, call.id)
            prepared.start(
                {
                    CallContext(
                        services, socket, peer, id: copy, address: token.address, requester: token.requester)
                }, .line
            ) {
                token.complete($0)
            }
            return true
        }
    }

    private func prepare(_ request: Request, in line: Span<UInt8>) -> Result<PreparedCall, RPCError> {
        do throws(RPCError) {
            return .success(try ServedMethods.prepare(request, of: tape, in: line, on: socket))
        } catch {
            return .failure(error)
        }
    }

    private func context(_ peer: PeerCredentials, _ line: Span<UInt8>, _ id: Range<Int>) -> CallContext {
        CallContext(services, socket, peer, id: Self.copy(line, id))
    }

    private static func copy(_ line: Span<UInt8>, _ range: Range<Int>) -> [UInt8] {
        line.extracting(range).withUnsafeBytes { Array($0) }
    }

    /// A batch is answered as one line. Its requests run one after another, each on the queue for its kind of work.
    private func answer(
        batch array: Int, in line: Span<UInt8>, _ peer: PeerCredentials, _ token: ReplyToken,
        _ output: inout ByteBuffer
    ) -> Bool {
        var items: [BatchRun.Item] = []
        tape.forEachElement(of: array) { element in
            do throws(RequestFault) {
                let request = try tape.request(at: element, in: line)
                guard let id = request.id else { return }
                items.append(BatchRun.Item(id: Self.copy(line, id), call: prepare(request, in: line)))
            } catch {
                items.append(BatchRun.Item(id: error.id.map { Self.copy(line, $0) }, call: .failure(error.error)))
            }
        }
        guard !items.isEmpty else { return false }
        BatchRun(services, socket, peer, token, items).run()
        return true
    }
}
