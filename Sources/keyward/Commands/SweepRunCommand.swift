internal import ArgumentParser
internal import KeywardClient
internal import KeywardDisplay

/// `keyward sweep run`, which is also `keyward sweep`
struct SweepRunCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run one sweep, or all three. `keyward sweep` is short for it.",
        discussion: """
            When piped: sweep, keys checked, keys changed, actions as action=count and held keys, tab-separated, one \
            sweep per line. With --until: time, action, name, prefix and workspace of each action. With --json each \
            result is one line. Held changes are no failure: the exit status is 0.
            """)

    @Argument(
        help: "The sweep: expiry, stale or retention; by default all three.",
        completion: .words(SweepName.known), transform: word)
    var sweep: SweepName?

    @Flag(name: [.customShort("n"), .long], help: "Change nothing, and show what a run would change.")
    var dryRun = false

    @Option(
        help: ArgumentHelp(
            "With --dry-run: list the keys that sweeps would change until then, and how.", valueName: "when"),
        transform: TimeArgument.option)
    var until: TimeArgument?

    @Flag(
        help: """
            Apply held changes and trust a clock that is ahead. One that is behind needs `keyward clock accept`.
            """)
    var force = false

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard until == nil || dryRun else { throw ValidationError("'--until' needs '--dry-run'.") }
    }

    func run(in session: Session) throws {
        let end = try until?.end(now: session.console.now)
        var results: [RunSweep.Result] = []
        for sweep in sweep.map({ [$0] }) ?? SweepName.known {
            let params = RunSweep.Params(
                sweep: sweep, dryRun: dryRun ? true : nil, until: end, force: force ? true : nil)
            let answer = try session.call(RunSweep.self, params, within: Session.longPatience, isChange: !dryRun)
            if common.json { try session.console.write(json: answer.text) }
            results.append(answer.value)
        }
        if !common.json {
            try session.console.write(end == nil ? runs(results) : foreseen(results, session.console.now))
        }
        for result in results where result.report.held != nil {
            session.console.report(advice(result.report, session), .notice)
        }
    }

    private func runs(_ results: [RunSweep.Result]) -> Table {
        var table = Table(columns: [
            Table.Column("SWEEP"), Table.Column("CHECKED"), Table.Column(dryRun ? "WOULD CHANGE" : "CHANGED"),
            Table.Column("ACTIONS", least: 12), Table.Column("HELD", least: 8),
        ])
        table.rows = results.map { result in
            let report = result.report
            return [
                Cell(report.sweep.rawValue, .strong),
                Cell(screen: CountText.grouped(report.examined), exact: String(report.examined)),
                report.keys.map { Cell(screen: CountText.of($0, "key"), exact: String($0)) } ?? Cell("-"),
                SweepCells.found(report), SweepCells.held(report),
            ]
        }
        return table
    }

    /// The actions that all sweeps would do, in chronological order.
    private func foreseen(_ results: [RunSweep.Result], _ now: Timestamp) -> Table {
        var table = Table(columns: [
            Table.Column("WHEN"), Table.Column("ACTION"), Table.Column("NAME", least: 12), Table.Column("PREFIX"),
            Table.Column("WORKSPACE", least: 8),
        ])
        let actions = results.flatMap { $0.foreseen ?? [] }.sorted { ($0.at, $0.name) < ($1.at, $1.name) }
        table.rows = actions.map { action in
            [
                Cell(screen: RelativeTime.text(action.at, now: now), exact: action.at.description),
                Cell(action.action), Cell(action.name.printable, .strong), Cell(action.prefix.printable),
                Cell(action.workspace.printable),
            ]
        }
        return table
    }

    /// Why something was held, and how to apply it.
    private func advice(_ report: SweepState.Report, _ session: Session) -> String {
        guard let held = report.held else { return "" }
        let keys = "\(CountText.of(held.n, "key")) held"
        let remedy = session.command("sweep", [report.sweep.rawValue], flags: ["--force"])
        return switch held.reason {
        case "tooManyKeys":
            "\(keys): more would end at once than sweeps.largestShare allows. To apply them, run: \(remedy)"
        case "clockLeads", "clockLags":
            "\(keys): the wall clock is not trusted. If it is right, run: \(session.command("clock", ["accept"]))"
        case "predecessorInUse":
            "\(keys): replaced, but still in use. Ask the owners to use the new keys, then confirm the rotations."
        default: "\(keys): \(held.reason)"
        }
    }
}
