internal import ArgumentParser
internal import KeywardClient

/// `keyward audit acknowledge`
struct AuditAcknowledgeCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "acknowledge", abstract: "Accept a lost or missing end of the audit trail.",
        discussion: """
            Use it after keyward ping or keyward status named it. Read the newest entries and find the cause first: \
            a restored backup, or a truncated trail. The trail keeps an entry of it. Operators only.
            """)

    @OptionGroup var common: CommonOptions

    func run(in session: Session) throws {
        try session.write(session.call(AcknowledgeAudit.self, NoParams())) { result in
            guard let entry = result.entry else { return session.console.report("There is nothing to acknowledge.") }
            session.console.report("Acknowledged in entry \(entry) of the audit trail. Changes are accepted.")
        }
    }
}
