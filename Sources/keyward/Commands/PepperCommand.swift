internal import ArgumentParser
internal import Glibc
internal import KeywardClient
internal import KeywardDisplay

/// `keyward pepper`
struct PepperCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pepper", abstract: "Show and remove peppers.",
        subcommands: [PepperStatusCommand.self, PepperRemoveCommand.self])
}

/// `keyward pepper status`
struct PepperStatusCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show where the pepper is and how many keys need it.",
        discussion: """
            The pepper itself is never shown. Each line of its file is one pepper. New keys use the first one. Other keys \
            move to it when they are used.
            """)

    /// Where systemd looks for a credential that a unit names without a path (systemd.exec(5), LoadCredential=).
    private static let folders = ["/etc/credstore", "/run/credstore", "/usr/local/lib/credstore", "/usr/lib/credstore"]

    @OptionGroup var common: CommonOptions

    func run(in session: Session) throws {
        try session.write(session.call(GetPepper.self, NoParams(), within: Session.longPatience)) { result in
            var sheet = FactSheet()
            sheet.add("Source", "source", Cell(result.source.printable))
            sheet.add("Place", "place", Cell(screen: Self.place(of: result), exact: result.place.printable))
            for pepper in result.peppers {
                let role = pepper.current ? "current" : "retired"
                sheet.add(
                    "Pepper", "pepper",
                    Cell(
                        screen: "\(pepper.id.printable), \(role), \(CountText.of(pepper.liveKeys, "live key"))",
                        exact: "\(pepper.id.printable) \(role) \(pepper.liveKeys)"))
            }
            try session.console.write(sheet)
        }
    }

    /// The file on this host; the daemon knows only the name of a credential.
    private static func place(of result: GetPepper.Result) -> String {
        guard result.source == "credential" else { return result.place.printable }
        let paths = folders.map { $0 + "/" + result.place.printable }
        return paths.first { access($0, F_OK) == 0 } ?? "\(result.place.printable), usually \(paths[0])"
    }
}
