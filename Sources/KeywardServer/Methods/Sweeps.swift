package import KeywardCore
package import KeywardProtocol

extension RunSweep: ServedRead {
    static func check(_ params: Params) throws(ParamsFault) {
        guard params.until != nil, params.dryRun != true else { return }
        throw ParamsFault(param: "until", "`until` goes with `dryRun` only.")
    }

    static func run(_ params: Params, _ call: inout CallContext) throws(Refusal) -> Result {
        try call.caller.requireOperator(group: call.authority.directory.policy.operatorGroup)
        // The words of the protocol are those of the core; a test compares them.
        guard let sweep = Sweep(rawValue: params.sweep.rawValue) else {
            throw .invalidParam(.sweep)
        }
        let force = params.force ?? false
        let report =
            params.dryRun ?? false
            ? try call.application.tryOutSweep(sweep, force: force)
            : try call.application.runSweep(sweep, force: force)
        let foreseen = try params.until.map { until throws(Refusal) in
            try call.application.foresee(sweep, until: Instant(until), at: call.now)
        }
        return Result(report: SweepState.Report(report), foreseen: foreseen)
    }
}

extension GetSweeps: ServedRead {
    static func run(_ params: Params, _ call: inout CallContext) throws(Refusal) -> Result {
        try call.caller.requireOperator(group: call.authority.directory.policy.operatorGroup)
        return Result(sweeps: call.application.sweepStates)
    }
}

extension Application {
    /// What runs of a sweep until an instant would do, as the wire has it.
    func foresee(
        _ sweep: Sweep, until end: Instant, at now: Instant
    ) throws(Refusal) -> [ForeseenAction] {
        let steps = authority.foresee(sweep, until: end, from: now, limit: RunSweep.mostForeseen) { readsGoOn }
        guard let steps else { throw .shuttingDown }
        return steps.map { step in
            ForeseenAction(
                at: Timestamp(step.at), action: step.action.rawValue, keyId: step.key.id, name: step.key.name,
                prefix: step.key.prefix, workspace: authority.directory.workspaces[step.key.workspace]?.name ?? "")
        }
    }

    /// Every sweep, as the wire has it.
    var sweepStates: [SweepState] {
        Sweep.allCases.map { sweep in
            let (report, due) = lastRun(of: sweep)
            return SweepState(
                sweep: SweepName(rawValue: sweep.rawValue), lastRunAt: report.map { Timestamp($0.at) },
                lastReport: report.map { SweepState.Report($0) }, nextDueAt: due.map { Timestamp($0) })
        }
    }
}

extension SweepState.Report {
    package init(_ report: SweepReport) {
        self.init(
            sweep: SweepName(rawValue: report.sweep.rawValue), at: Timestamp(report.at), dryRun: report.dryRun,
            examined: report.examined, keys: report.keys, entries: report.entries,
            changed: Tally(Dictionary(uniqueKeysWithValues: report.changed.map { ($0.key.rawValue, $0.value) })),
            held: report.held.map { SweepState.Held(reason: $0.reason.rawValue, n: $0.count) })
    }
}
