internal import ArgumentParser

/// `keyward audit`
struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Read the audit trail and check that it is whole.",
        subcommands: [AuditList.self, AuditCheckCommand.self])
}
