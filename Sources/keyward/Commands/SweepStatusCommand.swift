internal import ArgumentParser
internal import KeywardClient

/// `keyward sweep status`
struct SweepStatusCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show when each sweep ran, what it changed, and when it is due next.",
        discussion: "When piped: sweep, last run, next due, changes and held keys, tab-separated.")

    @OptionGroup var common: CommonOptions

    func run(in session: Session) throws {
        try session.write(session.call(GetSweeps.self, NoParams())) { result in
            var table = Table(columns: [
                Table.Column("SWEEP"), Table.Column("LAST RUN"), Table.Column("NEXT"),
                Table.Column("CHANGED", least: 12), Table.Column("HELD", least: 8),
            ])
            table.rows = result.sweeps.map { state in
                let cells = SweepCells(state, session.console.now)
                return [Cell(state.sweep.rawValue, .strong), cells.lastRun, cells.nextDue, cells.found, cells.held]
            }
            try session.console.write(table)
        }
    }
}
