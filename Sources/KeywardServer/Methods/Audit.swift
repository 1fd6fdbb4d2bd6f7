import KeywardCore
import KeywardProtocol

extension ListAudit: ServedRead {
    static func check(_ params: Params) throws(ParamsFault) {
        try ParameterCheck.workspace(params.workspace)
        if let key = params.key { try ParameterCheck.key(key, in: params.workspace) }
        try ParameterCheck.number(params.limit, "limit", in: 1...500)
        try ParameterCheck.number(params.after, "after", in: 0...Int.max)
        try ParameterCheck.number(params.before, "before", in: 0...Int.max)
    }

    static func run(_ params: Params, _ call: inout CallContext) throws(Refusal) -> Result {
        let page = AuditQuery(
            after: Int64(params.after ?? 0), before: Int64(params.before ?? .max),
            isNewestFirst: params.newestFirst ?? false, limit: params.limit ?? 100)
        call.parts.canaries.finish()
        let entries = try call.authority.auditEntries(
            workspace: params.workspace, key: params.key.map { call.reference($0) }, page, for: call.caller,
            at: call.now)
        return Result(entries: entries.map { AuditEntry($0) })
    }
}

extension CheckAudit: ServedRead {
    static func run(_ params: Params, _ call: inout CallContext) throws(Refusal) -> Result {
        let context = call
        let verdict = try call.authority.checkAudit(by: call.caller) { context.goesOn }
        return Result(
            ok: verdict.problem == nil, entries: Int(verdict.entries), head: verdict.head.hash.hexadecimal,
            problem: verdict.problem?.sentence)
    }
}

extension AcknowledgeAudit: ServedChange {
    static func operation(_ params: Params, _ call: CallContext) -> Operations.AcknowledgeTrail {
        Operations.AcknowledgeTrail()
    }

    static func answer(_ outcome: Int64?, _ call: CallContext) -> Result { Result(entry: outcome.map { Int($0) }) }
}
