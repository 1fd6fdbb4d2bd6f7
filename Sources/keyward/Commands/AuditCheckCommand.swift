internal import ArgumentParser
internal import KeywardClient
internal import KeywardDisplay

/// `keyward audit check`
struct AuditCheckCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Recompute the audit chain and check that it is complete.",
        discussion: "The exit status is 1 if it is not.")

    @OptionGroup var common: CommonOptions

    func run(in session: Session) throws {
        let answer = try session.call(CheckAudit.self, NoParams(), within: Session.longPatience)
        try session.write(answer) { result in
            var sheet = FactSheet()
            sheet.add(
                "Audit chain", "ok",
                Cell(screen: result.ok ? "OK" : "broken", exact: String(result.ok), result.ok ? .good : .bad))
            sheet.add("Problem", "problem", result.problem.map { Cell($0, .bad) })
            sheet.add(
                "Entries", "entries", Cell(screen: CountText.grouped(result.entries), exact: String(result.entries)))
            sheet.add("Head", "head", Cell(result.head))
            try session.console.write(sheet)
        }
        if !answer.value.ok { throw Failure.silent(.refused) }
    }
}
