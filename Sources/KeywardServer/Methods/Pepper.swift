import KeywardCore
import KeywardProtocol

extension GetPepper: ServedRead {
    static func run(_ params: Params, _ call: inout CallContext) throws(Refusal) -> Result {
        let authority = call.authority
        try call.caller.requireOperator(group: authority.directory.policy.operatorGroup)
        let counts = authority.liveKeysByPepper(at: call.now)
        let peppers = authority.peppers.all.enumerated().map { position, pepper in
            PepperUse(id: pepper.id.text, current: position == 0, liveKeys: counts[pepper.id] ?? 0)
        }
        switch call.parts.monitor.identity.pepperLocation {
        case .credential(let name): return Result(source: "credential", place: name, peppers: peppers)
        case .file(let path): return Result(source: "file", place: path, peppers: peppers)
        }
    }
}
