internal import ArgumentParser
internal import KeywardClient

/// `keyward sweep run`, which is also `keyward sweep`
struct SweepRunCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run one sweep, or all three. `keyward sweep` is short for it.",
        discussion: """
            When piped: sweep, keys checked, changes as action=count and held keys, tab-separated, one sweep per \
            line. With --json each result is one line. Held changes are no failure: the exit status is 0.
            """)

    @Argument(
        help: "The sweep: expiry, stale or retention; by default all three.",
        completion: .words(SweepName.known), transform: word)
    var sweep: SweepName?

    @Flag(name: [.customShort("n"), .long], help: "Change nothing, and show what a run would change.")
    var dryRun = false

    @Flag(
        help: """
            Apply held changes and trust the clock.
            """)
    var force = false

    @OptionGroup var common: CommonOptions

    func run(in session: Session) throws {
        var table = Table(columns: [
            Table.Column("SWEEP"), Table.Column("CHECKED"),
            Table.Column(dryRun ? "WOULD CHANGE" : "CHANGED", least: 12),
            Table.Column("HELD", least: 8),
        ])
        var held: [SweepState.Report] = []
        for sweep in sweep.map({ [$0] }) ?? SweepName.known {
            let params = RunSweep.Params(sweep: sweep, dryRun: dryRun ? true : nil, force: force ? true : nil)
            let answer = try session.call(RunSweep.self, params, within: Session.longPatience)
            if common.json { try session.console.write(json: answer.text) }
            let report = answer.value.report
            if report.held != nil { held.append(report) }
            table.rows.append([
                Cell(sweep.rawValue, .strong),
                Cell(screen: Count.grouped(report.examined), exact: String(report.examined)),
                SweepCells.found(report), SweepCells.held(report),
            ])
        }
        if !common.json { try session.console.write(table) }
        for report in held { session.console.tell(advice(report, session), .notice) }
    }

    /// Why something was held, and what lets it go.
    private func advice(_ report: SweepState.Report, _ session: Session) -> String {
        guard let held = report.held else { return "" }
        let keys = "\(Count.of(held.n, "key")) held"
        let remedy = session.command("sweep", [report.sweep.rawValue], flags: ["--force"])
        return switch held.reason {
        case "tooManyKeys":
            "\(keys): more would end at once than sweeps.largestShare allows. To let them go: \(remedy)"
        case "clockLeads", "clockLags": "\(keys): the wall clock has jumped. If it is right: \(remedy)"
        case "predecessorInUse":
            "\(keys): replaced, but still in use. Ask the owners to use the new keys, then confirm the rotations."
        default: "\(keys): \(held.reason)"
        }
    }
}
