import KeywardCore
import KeywardProtocol

/// A method that this daemon serves: the part of ``Method`` that needs the domain.
protocol ServedMethod: Method {
    /// Checks what the types of the parameters cannot express, before the caller is looked up.
    static func check(_ params: Params) throws(ParamsFault)

    /// Parses the parameters, so that the line is no longer needed.
    static func prepare(
        _ params: Int?, of tape: borrowing JSONTape, in line: Span<UInt8>
    ) throws(ParamsFault) -> PreparedCall
}

extension ServedMethod {
    static func check(_ params: Params) throws(ParamsFault) {}

    static func readParams(
        _ params: Int?, of tape: borrowing JSONTape, in line: Span<UInt8>
    ) throws(ParamsFault) -> Params {
        try SecretGuard.check(params, of: tape, in: line, passing: SecretGuard.passage(of: name))
        let params = try JSONCoding.decodeParams(Params.self, from: tape, node: params, in: line)
        try check(params)
        return params
    }

    /// The reply to a refusal; a fault of the daemon is reported.
    static func report(_ refusal: Refusal, _ call: CallContext) -> RPCError {
        if case .failed(_, let cause) = refusal {
            call.services.report(.callFailed(method: name, user: call.peer.uid, cause: cause))
        }
        return refusal.error(accounts: call.accounts)
    }
}
