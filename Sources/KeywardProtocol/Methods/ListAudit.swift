/// `audit.list`: lists audit entries, oldest first.
package enum ListAudit: Method {
    package static let name = "audit.list"
    package static let contract = MethodContract(
        role: .viewer, work: .read,
        summary: "Lists audit entries, oldest first.",
        params: [
            "workspace": "Only this workspace; operators see all if it is not given, members `default`.",
            "key": "Only this key.",
            "after": "Only entries with a greater `seq`.",
            "limit": "At most so many, 1 to 500; 100 if it is not given.",
        ],
        errors: [.notFound]
    )

    package struct Params: Codable, Sendable {
        package var workspace: String?
        package var key: String?
        package var after: Int?
        package var limit: Int?

        package init(workspace: String? = nil, key: String? = nil, after: Int? = nil, limit: Int? = nil) {
            self.workspace = workspace
            self.key = key
            self.after = after
            self.limit = limit
        }
    }

    package struct Result: Codable, Sendable {
        package var entries: [AuditEntry]

        package init(entries: [AuditEntry]) {
            self.entries = entries
        }
    }
}
