internal import ArgumentParser
internal import KeywardClient
internal import KeywardDisplay

/// `keyward backup`
struct BackupCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Write a consistent copy of the database.",
        discussion: """
            The copy is written to the folder 'backups' of the daemon's state folder, and its path is printed. \
            It holds no secret and no pepper. It verifies nothing without the pepper: keep both, and keep them \
            apart.
            """)

    @Argument(help: "The name of the file; by default made from the time.")
    var name: String?

    @OptionGroup var common: CommonOptions

    func run(in session: Session) throws {
        let params = BackUp.Params(name: name)
        try session.write(session.call(BackUp.self, params, within: Session.longPatience)) { result in
            try session.console.write(result.file.printable + "\n")
            session.console.report("\(CountText.bytes(result.bytes)), SHA-256 \(result.sha256)")
        }
    }
}
