/// `sweeps.run`: runs a sweep now, whatever its timer says, and tells what it found and did.
package enum RunSweep: Method {
    package static let name = "sweeps.run"
    package static let contract = MethodContract(
        // The run's batches are changes, made one after another between those of others; this call waits for them.
        role: .operator, work: .read,
        summary: "Runs a sweep now, whatever its timer says, and tells what it found and did.",
        params: [
            "sweep": "`expiry`, `stale` or `retention`.",
            "dryRun": "Changes nothing; tells what a run would do with all that is due.",
            "until": "With `dryRun`: also list what runs until then would do, at most 1,000 actions.",
            "force": "Does what would be held, and believes a wall clock that is ahead.",
        ],
        errors: [.readOnly]
    )

    /// The greatest number of actions that are foreseen in one reply.
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
        /// What runs until then would do, the earliest first; `nil` if it was not asked for.
        package var foreseen: [ForeseenAction]?

        package init(report: SweepState.Report, foreseen: [ForeseenAction]? = nil) {
            self.report = report
            self.foreseen = foreseen
        }
    }
}
