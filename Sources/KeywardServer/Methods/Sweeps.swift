import KeywardCore
import KeywardProtocol

extension RunSweep: ServedRead {
    static func check(_ params: Params) throws(ParamsFault) {
        guard params.until != nil, params.dryRun != true else { return }
        throw ParamsFault(param: "until", "`until` goes with `dryRun` only.")
    }

    static func run(_ params: Params, _ call: inout CallContext) throws(Refusal) -> Result {
        try call.caller.requireOperator(group: call.authority.directory.policy.operatorGroup)
        // The protocol and the core use the same words; a test compares them.
        guard let sweep = Sweep(rawValue: params.sweep.rawValue) else {
            throw .invalidParam(.sweep)
        }
        let (force, context) = (params.force ?? false, call)
        let report =
            params.dryRun ?? false
            ? try call.parts.sweeps.tryOut(sweep, force: force, while: { context.readsGoOn })
            : try call.parts.sweeps.run(sweep, force: force)
        let foreseen = try params.until.map { until throws(Refusal) in try foresee(sweep, until: until, context) }
        return Result(report: SweepState.Report(report), foreseen: foreseen)
    }

    /// The actions of a sweep until an instant.
    private static func foresee(
        _ sweep: Sweep, until end: Timestamp, _ call: CallContext
    ) throws(Refusal) -> [ForeseenAction] {
        let steps = try call.parts.sweeps.foresee(
            sweep, until: Instant(end), from: call.now, limit: mostForeseen, while: { call.readsGoOn })
        let workspaces = call.authority.directory.workspaces
        return steps.map { step in
            ForeseenAction(
                at: Timestamp(step.at), action: step.action.rawValue, keyId: step.key.id, name: step.key.name,
                prefix: step.key.prefix, workspace: workspaces[step.key.workspace]?.name ?? "")
        }
    }
}

extension GetSweeps: ServedRead {
    static func run(_ params: Params, _ call: inout CallContext) throws(Refusal) -> Result {
        try call.caller.requireOperator(group: call.authority.directory.policy.operatorGroup)
        return Result(sweeps: call.parts.sweeps.states)
    }
}

extension SweepScheduler {
    /// Every sweep, in the form of the protocol.
    var states: [SweepState] {
        Sweep.allCases.map { SweepState($0, lastReport: state(of: $0).lastReport, nextDue: nextDue($0)) }
    }
}
