package import KeywardCore
package import KeywardProtocol

extension SweepState {
    /// A sweep with the report of its last run, and when there is something to do next.
    init(_ sweep: Sweep, lastReport: SweepReport?, nextDue: Instant?) {
        self.init(
            sweep: SweepName(rawValue: sweep.rawValue), lastRunAt: lastReport.map { Timestamp($0.at) },
            lastReport: lastReport.map { Report($0) }, nextDueAt: nextDue.map { Timestamp($0) })
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
