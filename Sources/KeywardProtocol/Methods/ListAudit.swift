/// `audit.list`: lists audit entries, a page at a time.
package enum ListAudit: Method {
    package static let name = "audit.list"
    package static let contract = MethodContract(
        role: .viewer, work: .read,
        summary: "Lists audit entries, oldest first unless `newestFirst` is set.",
        params: [
            "workspace":
                "Only this workspace. Without it, or with `*`, operators see all; without it members see `default`.",
            "key": "Only this key; by name, also the keys that it replaced.",
            "after": "Only entries with a greater `seq`.",
            "before": "Only entries with a smaller `seq`.",
            "newestFirst": "Whether the newest entries come first.",
            "limit": "The largest number of entries on a page, 1 to 500; 100 if it is not given.",
        ],
        errors: [.notFound]
    )

    package struct Params: Codable, Sendable {
        package var workspace: String?
        package var key: String?
        package var after: Int?
        package var before: Int?
        package var newestFirst: Bool?
        package var limit: Int?

        package init(
            workspace: String? = nil, key: String? = nil, after: Int? = nil, before: Int? = nil,
            newestFirst: Bool? = nil, limit: Int? = nil
        ) {
            self.workspace = workspace
            self.key = key
            self.after = after
            self.before = before
            self.newestFirst = newestFirst
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
