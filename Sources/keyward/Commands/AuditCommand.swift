internal import ArgumentParser

/// `keyward audit`
struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Read and check the audit trail.",
        subcommands: [AuditList.self, AuditCheckCommand.self, AuditAcknowledgeCommand.self])
}
