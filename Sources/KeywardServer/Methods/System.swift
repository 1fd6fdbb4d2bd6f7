import KeywardCore
import KeywardProtocol

extension Ping: ServedRead {
    static func run(_ params: Params, _ call: inout CallContext) throws(Refusal) -> Result {
        call.services.callers.checkOperatorGroupAgain()
        return Result(state: call.parts.monitor.state, notices: call.parts.monitor.facts.notices)
    }
}

extension Discover: ServedRead {
    static func run(_ params: Params, _ call: inout CallContext) throws(Refusal) -> JSONText {
        call.parts.discovery
    }
}

extension GetStatus: ServedRead {
    static func run(_ params: Params, _ call: inout CallContext) throws(Refusal) -> Result {
        try call.authority.requireMember(call.caller)
        let monitor = call.parts.monitor
        let (tally, connections) = (monitor.verifications, monitor.connections)
        let refused = Verdict.Code.allCases.filter { $0 != .valid && tally[$0] > 0 }
        return Result(
            version: monitor.identity.version, state: monitor.state, pid: Int(monitor.identity.pid),
            startedAt: Timestamp(monitor.startedAt), schema: call.authority.schemaVersion,
            keys: params.counts ?? true ? Tally(call.authority.statusCounts(at: call.now)) : Tally(),
            connections: Connections(admin: connections.admin, verify: connections.verify),
            verifications: Verifications(
                valid: tally[.valid],
                refused: Tally(Dictionary(uniqueKeysWithValues: refused.map { ("\($0)", tally[$0]) }))),
            sweeps: call.parts.sweeps.states, notices: monitor.facts.notices)
    }
}

extension GetMetrics: ServedRead {
    static func run(_ params: Params, _ call: inout CallContext) throws(Refusal) -> Result {
        let metrics = try call.parts.monitor.metrics(for: call.caller, at: call.now)
        return Result(contentType: "text/plain; version=0.0.4", text: MetricsText.render(metrics))
    }
}

extension Reload: ServedRead {
    static func run(_ params: Params, _ call: inout CallContext) throws(Refusal) -> Result {
        try call.caller.requireOperator(group: call.authority.directory.policy.operatorGroup)
        guard let outcome = call.parts.configuration.reload() else { throw .shuttingDown }
        return Result(ok: outcome.problem == nil, changed: outcome.changes, problem: outcome.problem)
    }
}

extension BackUp: ServedRead {
    static func check(_ params: Params) throws(ParamsFault) {
        guard let name = params.name, KeyName.fault(in: name) != nil else { return }
        throw ParamsFault(param: "name", "`name` must be 1 to 64 of a-z, 0-9, '.', '_' and '-'.")
    }

    static func run(_ params: Params, _ call: inout CallContext) throws(Refusal) -> Result {
        try call.caller.requireOperator(group: call.authority.directory.policy.operatorGroup)
        let stamp = Timestamp(call.now).description.filter { $0.isNumber || $0 == "T" || $0 == "Z" }
        let context = call
        let name = params.name ?? "keyward-\(stamp).db"
        let (path, bytes, sha256) = try call.parts.backups.write(name, while: { context.goesOn })
        return Result(file: path, bytes: bytes, sha256: sha256)
    }
}
