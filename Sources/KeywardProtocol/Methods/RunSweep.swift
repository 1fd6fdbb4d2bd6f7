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
            "force": "Does what would be held, and believes a wall clock that has jumped.",
        ],
        errors: [.readOnly]
    )

    package struct Params: Codable, Sendable {
        package var sweep: SweepName
        package var dryRun: Bool?
        package var force: Bool?

        package init(sweep: SweepName, dryRun: Bool? = nil, force: Bool? = nil) {
            self.sweep = sweep
            self.dryRun = dryRun
            self.force = force
        }
    }

    package struct Result: Codable, Sendable {
        package var report: SweepState.Report

        package init(report: SweepState.Report) {
            self.report = report
        }
    }
}
