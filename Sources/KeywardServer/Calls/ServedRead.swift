import KeywardCore
import KeywardProtocol

/// A method that changes no key, workspace or member: the thread that runs it answers it.
protocol ServedRead: ServedMethod {
    /// The type of the reply's `result`: ``Method/Result``, or text of the same form.
    associatedtype Answer: Encodable = Result

    /// Runs the method. The authority checks the caller's permission for the key or the workspace.
    static func run(_ params: Params, _ call: inout CallContext) throws(Refusal) -> Answer
}

extension ServedRead {
    static func prepare(_ params: Int?, of tape: borrowing JSONTape, in line: Span<UInt8>) throws(ParamsFault)
        -> PreparedCall
    {
        let params = try readParams(params, of: tape, in: line)
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
        guard contract.work == .inline || call.readsGoOn else { throw .shuttingDown }
        do {
            return try runForCurrentCaller(params, &call)
        } catch {
            throw report(error, call)
        }
    }

    /// A read uses a recent login. Before a refusal the login is looked up again, because its uid may have been
    /// reassigned. The refusal names the account and a remedy.
    private static func runForCurrentCaller(_ params: Params, _ call: inout CallContext) throws(Refusal) -> Answer {
        do {
            return try run(params, &call)
        } catch {
            guard case .permissionDenied = error else { throw error }
            call.isCallerCurrent = true
            return try run(params, &call)
        }
    }
}
