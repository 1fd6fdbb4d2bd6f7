import KeywardBase
import KeywardCore
import KeywardProtocol

/// A method that makes a change. The commit thread decides and makes its operation.
protocol ServedChange: ServedMethod {
    associatedtype Change: Operation
    /// The type of the reply's `result`: ``Method/Result``, or text of the same form.
    associatedtype Answer: Encodable = Result

    static func operation(_ params: Params, _ call: CallContext) -> Change

    /// The reply's result. It waits for nothing: ``CallContext/accounts`` has the accounts.
    static func answer(_ outcome: Change.Outcome, _ call: CallContext) -> Answer
}

extension ServedChange {
    static func prepare(_ params: Int?, of tape: borrowing JSONTape, in line: Span<UInt8>) throws(ParamsFault)
        -> PreparedCall
    {
        let params = try readParams(params, of: tape, in: line)
        return PreparedCall { call, ending, completion in
            call.services.changes.make(operation(params, call), by: call.peer) { outcome, facts in
                var call = call
                call.accounts = facts
                complete(outcome, call, facts, ending, completion)
            }
        }
    }

    /// Writes the reply, after a look-up of the accounts that it names.
    private static func complete(
        _ outcome: Swift.Result<Change.Outcome, Refusal>, _ call: CallContext, _ facts: DecisionFacts,
        _ ending: Reply.Ending, _ completion: @escaping @Sendable ([UInt8]) -> Void
    ) {
        let reply = reply(to: outcome, call, ending)
        let missing = facts.takeMissing()
        guard !missing.isEmpty else { return completion(reply) }
        call.services.changes.lookUp(missing, into: facts, for: call.peer.uid) {
            // Facts that are still unknown are omitted: the change is made.
            completion(self.reply(to: outcome, call, ending))
        }
    }

    private static func reply(
        to outcome: Swift.Result<Change.Outcome, Refusal>, _ call: CallContext, _ ending: Reply.Ending
    ) -> [UInt8] {
        var buffer = ByteBuffer()
        switch outcome {
        case .success(let outcome):
            Reply.appendResult(answer(outcome, call), id: call.id.span, ending: ending, into: &buffer)
        case .failure(let refusal):
            Reply.appendError(report(refusal, call), id: call.id.span, ending: ending, into: &buffer)
        }
        return buffer.withUnsafeBytes { Array($0) }
    }
}
