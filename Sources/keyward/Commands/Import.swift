internal import ArgumentParser
internal import KeywardClient
internal import KeywardDisplay

/// `keyward import`
struct Import: SessionCommand {
    static let configuration = CommandConfiguration(
        abstract: "Import keys that another issuer made.",
        discussion: """
            The file has JSON Lines, one object for each key, or CSV with a header; - is standard input. Each key has a \
            name, its secret or a digest, and the members of keys.create. Rows that were imported before are passed \
            over, so a broken import is simply repeated.
            """)

    @Argument(help: "A file of keys, JSON Lines or CSV; - is standard input.", completion: .file())
    var file: String

    @Option(
        help: ArgumentHelp("What the keys have: \(formats.joined(separator: ", ")).", valueName: "format"),
        completion: .list(formats), transform: Self.format)
    var format: ImportForm

    @Flag(help: "Show what would be imported, and change nothing.")
    var dryRun = false

    @Option(
        help: ArgumentHelp("Write the rows that failed to a new file with mode 0600.", valueName: "file"),
        completion: .file())
    var failed: String?

    @OptionGroup var place: WorkspaceOption
    @OptionGroup var common: CommonOptions

    private static let formats = ImportForm.known.map(\.rawValue)

    private static func format(_ text: String) throws -> ImportForm {
        guard formats.contains(text) else { throw ValidationError("Use one of: \(formats.joined(separator: ", ")).") }
        return ImportForm(rawValue: text)
    }

    func run(in session: Session) throws {
        var source = try ImportSource(path: file, input: session.console.input)
        let failedRows = try failed.map { path throws(Failure) in try FailedRows(path: path) }
        let progress = ImportProgress(
            session.console, isShown: session.console.isErrorScreen && !session.options.json)
        var run = KeyImport(
            session: session, workspace: place.workspace, format: format, isTrial: dryRun, failedRows: failedRows,
            progress: progress)
        do {
            try run.run(&source)
        } catch {
            progress.clear()
            if !session.options.json, run.counts.all > 0 {
                let other = failedRows.map { $0.count > 0 } ?? false ? " with another file for --failed" : ""
                session.console.report(
                    "\(sentence(run.counts)) The rest was not imported. "
                        + "Repeat the command\(other) when the reason is gone.")
            }
            try? failedRows?.finish()
            throw error
        }
        progress.clear()
        try failedRows?.finish()
        try report(run.counts, session)
    }

    private func report(_ counts: KeyImport.Counts, _ session: Session) throws {
        if !session.options.json {
            let rest = counts.failed - KeyImport.mostReports
            if rest > 0 { session.console.report("\(CountText.of(rest, "more row")) failed.") }
            session.console.report(sentence(counts))
        }
        guard counts.failed > 0 else { return }
        let place = failed.map { "; see \($0)" } ?? ""
        throw Failure.refused(
            "\(CountText.of(counts.failed, "row")) of \(CountText.grouped(counts.all)) failed\(place).")
    }

    /// `Imported 3 keys; 2 were there already.`
    private func sentence(_ counts: KeyImport.Counts) -> String {
        let verb = dryRun ? "Would import" : "Imported"
        let were = counts.existing == 1 ? "was" : "were"
        let existing = counts.existing > 0 ? "; \(CountText.grouped(counts.existing)) \(were) there already" : ""
        return "\(verb) \(CountText.of(counts.created, "key"))\(existing)."
    }
}
