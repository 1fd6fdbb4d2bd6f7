import KeywardCore
import KeywardProtocol

extension Subscribe: ServedRead {
    static func check(_ params: Params) throws(ParamsFault) {
        try ParameterCheck.workspace(params.workspace)
        guard let types = params.types else { return }
        guard !types.isEmpty, types.count <= Event.Kind.known.count else {
            throw ParamsFault(param: "types", "`types` must name one event type at least, and each once.")
        }
    }

    static func run(_ params: Params, _ call: inout CallContext) throws(Refusal) -> Result {
        guard let address = call.address else {
            throw .notInABatch
        }
        try call.authority.requireListener(call.caller, workspace: params.workspace)
        let (authority, callers, peer) = (call.authority, call.services.callers, call.peer)
        let filter = EventFilter(types: params.types.map { Set($0) }, workspace: params.workspace) { workspace in
            authority.mayReceive(callers.caller(peer), ofWorkspace: workspace)
        }
        let (subscription, seq) = try call.parts.events.subscribe(filter, at: address, of: peer.uid)
        return Result(subscription: subscription, seq: Int(seq))
    }
}
