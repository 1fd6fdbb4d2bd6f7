internal import KeywardClient

/// The fields of a key in a list.
struct KeyRow: Hashable, Sendable {
    var workspace: String
    var name: String
    var prefix: String
    var status: Key.Status
    var facts: [Key.Status]
    var usageCount: Int
    var lastUsedAt: Timestamp?
    var lastUsedBy: Account?
    var expiresAt: Timestamp?
    var actions: [Key.Action]

    /// The members that a list requests.
    static let columns = [
        "workspace", "name", "prefix", "status", "facts", "usageCount", "lastUsedAt", "lastUsedBy", "expiresAt",
        "actions",
    ].map { ListKeys.KeyColumn(rawValue: $0) }
}

extension KeyRow {
    init(_ key: Key) {
        self.init(
            workspace: key.workspace, name: key.name, prefix: key.prefix, status: key.status, facts: key.facts,
            usageCount: key.usageCount, lastUsedAt: key.lastUsedAt, lastUsedBy: key.lastUsedBy,
            expiresAt: key.expiresAt, actions: key.actions)
    }
}

extension Key.Status {
    /// Whether a key with this status has ended permanently.
    var isEnded: Bool { [.revoked, .superseded, .expired].contains(self) }

    /// The statuses of keys that have not ended.
    static let live = known.filter { !$0.isEnded }
}
