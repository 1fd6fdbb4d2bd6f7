internal import ArgumentParser
internal import KeywardClient

/// `keyward backup`
struct BackupCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Write a consistent copy of the database.",
        discussion: """
            The copy is in the daemon's state folder, under backups; its name is on standard output. It holds no \
            secret, and without the pepper, which is not in it, it verifies nothing: keep both, and keep them apart.
            """)

    @Argument(help: "The file's name; made from the time if it is not given.")
    var name: String?

    @OptionGroup var common: CommonOptions

    func run(in session: Session) throws {
        let params = BackUp.Params(name: name)
        try session.write(session.call(BackUp.self, params, within: Session.longPatience)) { result in
            try session.console.write(result.file.printable + "\n")
            session.console.tell("\(Count.bytes(result.bytes)), SHA-256 \(result.sha256)")
        }
    }
}
