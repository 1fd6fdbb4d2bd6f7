/// `sweeps.run`: runs a sweep now, regardless of its timer, and returns a report.
package enum RunSweep: Method {
    package static let name = "sweeps.run"
    package static let contract = MethodContract(
        // The run's batches are changes between those of other callers; this call waits for all of them.
        role: .operator, work: .read,
        summary: "Runs a sweep now, regardless of its timer, and returns a report.",
        params: [
            "sweep": "`expiry`, `stale` or `retention`.",
            "dryRun": "Changes nothing; the report has what a run would do with everything due.",
            "until": "With `dryRun`: also list what runs until then would do, at most 1,000 actions.",
            "force": "Applies held changes, and trusts a wall clock that is ahead.",
        ],
        errors: [.readOnly]
    )

    /// The largest number of foreseen actions in one reply.
    package static let mostForeseen = 1_000

    package struct Params: Codable, Sendable {
        package var sweep: SweepName
        package var dryRun: Bool?
        package var until: Timestamp?
        package var force: Bool?

        package init(sweep: SweepName, dryRun: Bool? = nil, until: Timestamp? = nil, force: Bool? = nil) {
            self.sweep = sweep
            self.dryRun = dryRun
            self.until = until
            self.force = force
        }
    }

    package struct Result: Codable, Sendable {
        package var report: SweepState.Report
        /// What runs until then would do, the earliest first; `nil` if it was not requested.
        package var foreseen: [ForeseenAction]?

        package init(report: SweepState.Report, foreseen: [ForeseenAction]? = nil) {
            self.report = report
            self.foreseen = foreseen
        }
    }
}
