internal import ArgumentParser
internal import KeywardClient
internal import KeywardDisplay

/// `keyward status`
struct Status: SessionCommand {
    static let configuration = CommandConfiguration(abstract: "Show daemon status.")

    @OptionGroup var common: CommonOptions

    func run(in session: Session) throws {
        try session.write(session.call(GetStatus.self, GetStatus.Params())) { result in
            session.report(result.notices)
            try session.console.write(sheet(result, session.console.now))
        }
    }

    private func sheet(_ status: GetStatus.Result, _ now: Timestamp) -> FactSheet {
        var sheet = FactSheet()
        let tone: Tone = status.state == .ready ? .good : .notice
        sheet.add("State", "state", Cell(status.state.rawValue, tone))
        sheet.add("Version", "version", Cell(status.version))
        sheet.add("Process", "pid", Cell(String(status.pid)))
        sheet.add("Started", "startedAt", .point(status.startedAt, now))
        sheet.add("Schema", "schema", Cell(String(status.schema)))
        sheet.add(tally: status.keys, "Keys", "keys")
        sheet.add("Admin clients", "connections.admin", Cell(String(status.connections.admin)))
        sheet.add("Verify clients", "connections.verify", Cell(String(status.connections.verify)))
        let valid = status.verifications.valid
        sheet.add("Valid", "verifications.valid", Cell(screen: CountText.grouped(valid), exact: String(valid)))
        sheet.add(tally: status.verifications.refused, "Refused", "verifications.refused")
        for sweep in status.sweeps {
            let cells = SweepCells(sweep, now)
            let screen = "\(cells.lastRun.screen); \(cells.nextDue.screen)"
            let exact = "\(cells.lastRun.exact) \(cells.nextDue.exact)"
            sheet.add("Sweep \(sweep.sweep)", "sweep.\(sweep.sweep)", Cell(screen: screen, exact: exact, cells.tone))
        }
        return sheet
    }
}
