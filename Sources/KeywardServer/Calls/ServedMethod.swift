import KeywardCore
import KeywardProtocol

/// A method that this daemon answers: the half of ``Method`` that needs the domain.
protocol ServedMethod: Method {
    /// Checks what the types of the parameters cannot say, before anyone asks who calls.
    static func check(_ params: Params) throws(ParamsFault)

    /// Reads the parameters, so that nothing of the line is needed any more.
    static func prepare(
        _ params: Int?, of tape: borrowing JSONTape, in line: Span<UInt8>
    ) throws(ParamsFault) -> PreparedCall
}

extension ServedMethod {
    static func check(_ params: Params) throws(ParamsFault) {}

    static func readParams(
        _ params: Int?, of tape: borrowing JSONTape, in line: Span<UInt8>
    ) throws(ParamsFault) -> Params {
        if name != VerifyKey.name { try SecretGuard.check(params, of: tape, in: line) }
        let params = try JSONCoding.decodeParams(Params.self, from: tape, node: params, in: line)
        try check(params)
        return params
    }

    /// The reply to a refusal; a fault of the daemon is reported.
    static func report(_ refusal: Refusal, _ call: CallContext) -> RPCError {
        if case .failed(_, let cause) = refusal {
            call.application.report(.callFailed(method: name, user: call.peer.uid, cause: cause))
        }
        return refusal.error(accounts: call.accounts)
    }
}

extension RPCError {
    static let shuttingDown = RPCError(.shuttingDown, "The daemon is shutting down. Connect again and repeat the call.")
    static let unknownMethod = RPCError(
        .methodNotFound, "There is no such method on this socket. rpc.discover lists the methods.")
}

/// The methods that can be reached: those of the one table, each with its implementation.
enum ServedMethods {
    /// In the order of ``MethodTable/methods``; `nil` where an implementation is missing.
    static let all: [(any ServedMethod.Type)?] = MethodTable.methods.map { $0 as? any ServedMethod.Type }

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
