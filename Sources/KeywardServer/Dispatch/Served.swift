import KeywardCore
import KeywardProtocol

/// A method that this daemon answers: the half of ``Method`` that needs the domain.
protocol Served: Method {
    /// What is written as the reply's `result`: ``Method/Result``, or text that has its shape.
    associatedtype Answer: Encodable = Result

    /// Checks what the types of the parameters cannot say, before anyone asks who calls.
    static func check(_ params: Params) throws(ParamsFault)

    /// Does it. Whether the caller may is asked of the authority, with the key or the workspace at hand.
    static func run(_ params: Params, _ call: inout CallContext) throws(Refusal) -> Answer
}

extension Served {
    static func check(_ params: Params) throws(ParamsFault) {}

    /// Reads the parameters, so that nothing of the line is needed any more.
    static func prepare(_ params: Int?, of tape: borrowing JSONTape, in line: Span<UInt8>) throws(ParamsFault)
        -> PreparedCall
    {
        if name != VerifyKey.name { try SecretGuard.check(params, of: tape, in: line) }
        let params = try JSONCoding.decodeParams(Params.self, from: tape, node: params, in: line)
        try check(params)
        return PreparedCall(work: contract.work) { call, ending, buffer in
            do throws(RPCError) {
                let result = try answer(params, &call)
                Reply.appendResult(result, id: call.id.span, ending: ending, into: &buffer)
            } catch {
                Reply.appendError(error, id: call.id.span, ending: ending, into: &buffer)
            }
        }
    }

    private static func answer(_ params: Params, _ call: inout CallContext) throws(RPCError) -> Answer {
        let isServed =
            switch contract.work {
            case .change: call.application.takesChanges
            case .read: call.application.readsGoOn
            case .inline: true
            }
        guard isServed else { throw .shuttingDown }
        call.isCallerCurrent = contract.work == .change
        do {
            return try runForCurrentCaller(params, &call)
        } catch {
            if case .failed(_, let cause) = error {
                call.application.report(.callFailed(method: name, user: call.peer.uid, cause: cause))
            }
            throw error.error(accounts: call.authority.accounts)
        }
    }

    /// A read goes by the login that is at hand. Before it is refused the login is looked up: the refusal names the
    /// account and how to let it in, and its uid may have been given to somebody else a moment ago.
    private static func runForCurrentCaller(_ params: Params, _ call: inout CallContext) throws(Refusal) -> Answer {
        do {
            return try run(params, &call)
        } catch {
            guard case .permissionDenied = error, !call.isCallerCurrent else { throw error }
            call.isCallerCurrent = true
            return try run(params, &call)
        }
    }
}

/// A call that only waits to be run.
struct PreparedCall: Sendable {
    var work: MethodContract.Work
    var run: @Sendable (inout CallContext, Reply.Ending, inout ByteBuffer) -> Void
}

/// What a call knows beside its parameters.
struct CallContext {
    let application: Application
    let socket: ServedSocket
    let peer: PeerCredentials
    let now: Instant
    let id: [UInt8]
    /// The connection, to send it more than the reply; `nil` within a batch.
    let address: Outlet.Address?
    var generator: any RandomNumberGenerator
    /// Whether the caller's login is looked up, however lately it was.
    var isCallerCurrent = false

    init(
        _ application: Application, _ socket: ServedSocket, _ peer: PeerCredentials, id: [UInt8],
        address: Outlet.Address? = nil
    ) {
        self.application = application
        self.socket = socket
        self.peer = peer
        self.id = id
        self.address = address
        now = application.now()
        generator = application.generator
    }

    var authority: Authority { application.authority }
    var caller: Caller { application.caller(peer, isCurrent: isCallerCurrent) }

    func account(_ uid: UInt32) -> Account { Account(uid: uid, user: authority.accounts.userName(of: uid)) }
}

/// The two sockets.
package enum ServedSocket: Sendable { case admin, verify }

extension RPCError {
    static let shuttingDown = RPCError(.shuttingDown, "The daemon is shutting down. Connect again and repeat the call.")
    static let unknownMethod = RPCError(
        .methodNotFound, "There is no such method on this socket. rpc.discover lists the methods.")
}

/// The methods that can be reached: those of the one table, each with its implementation.
enum ServedMethods {
    /// In the order of ``MethodTable/methods``; `nil` where an implementation is missing.
    static let all: [(any Served.Type)?] = MethodTable.methods.map { $0 as? any Served.Type }

    /// Readies the call of the method that a request names, if it exists on `socket`.
    static func prepare(
        _ request: Request, of tape: borrowing JSONTape, in line: Span<UInt8>, on socket: ServedSocket
    ) throws(RPCError) -> PreparedCall {
        guard let descriptor = MethodTable.descriptor(named: request.method, of: tape, in: line),
            descriptor.reach == .everySocket || socket == .admin, let method = all[descriptor.index]
        else { throw .unknownMethod }
        do {
            return try method.prepare(request.params, of: tape, in: line)
        } catch {
            throw error.error
        }
    }
}
