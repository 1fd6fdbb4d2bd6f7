/// A key that was just created, with its secret. There is no other copy of the secret.
public struct CreatedKey: Sendable {
    /// The key.
    public var key: Key
    /// The secret for the owner.
    public var secret: Secret
    /// What the administrator should know: `nameLooksPersonal`, …
    public var warnings: [Warning]
}

/// A key whose replacement was just made.
public struct RotatedKey: Sendable {
    /// The successor.
    public var key: Key
    /// The new secret for the owner. There is no other copy.
    public var secret: Secret
    /// The predecessor, which keeps working through its grace period.
    public var retiring: Key
    /// What the administrator should know.
    public var warnings: [Warning]
}

/// A key that was changed.
public struct UpdatedKey: Sendable {
    /// The key after the change.
    public var key: Key
    /// What the administrator should know.
    public var warnings: [Warning]
}

/// A key that was revoked or disabled.
public struct EndedKey: Sendable {
    /// The key after the change.
    public var key: Key
    /// The other live key of its name that still verifies; `nil` if there is none.
    public var continues: Key?
}

/// A page of a workspace's keys.
public struct KeyPage: Sendable {
    /// The keys, in the requested order.
    public var keys: [Key]
    /// The cursor of the next page; `nil` on the last one.
    public var nextCursor: String?
    /// What the workspace's plan allows.
    public var access: Access
}

/// How often a key was verified, over time and by account.
public struct KeyUsage: Sendable {
    /// Hours or days, oldest first.
    public var buckets: [UsageBucket]
    /// The accounts of the services that asked.
    public var byPeer: [PeerUsage]
    /// The keys that these uses belong to, newest first.
    public var keys: [KeyState]
    /// Refusals by hour or day, code and account, oldest first.
    public var refusals: [RefusalUsage]
}

/// The result of a check of the audit chain.
public struct AuditCheck: Sendable {
    /// Whether the chain is intact.
    public var ok: Bool
    /// The number of entries.
    public var entries: Int
    /// The hash of the last one, 64 hexadecimal digits.
    public var head: String
    /// The problem, if there is one.
    public var problem: String?
}

/// The daemon's status.
public struct DaemonStatus: Sendable {
    /// Its version.
    public var version: String
    /// Whether it can verify keys and make changes.
    public var state: DaemonState
    /// Its process id.
    public var pid: Int
    /// The time of its start.
    public var startedAt: Timestamp
    /// The version of the database's schema.
    public var schema: Int
    /// The number of keys by status.
    public var keys: Tally
    /// The number of clients connected to the admin socket.
    public var adminConnections: Int
    /// The number of clients connected to the verify socket.
    public var verifyConnections: Int
    /// Verifications answered `valid` since the start.
    public var validVerifications: Int
    /// Verifications refused since the start, by code.
    public var refusedVerifications: Tally
    /// What each sweep did, and when its next run is due.
    public var sweeps: [SweepState]
    /// Notices for an operator.
    public var notices: [Notice]
}

/// The source of the pepper, and its use.
public struct PepperStatus: Sendable {
    /// `credential` or `file`.
    public var source: String
    /// The name of the systemd credential, or the path of the file.
    public var place: String
    /// The current pepper first.
    public var peppers: [PepperUse]
}

/// The outcome of a reload of the configuration.
public struct Reloaded: Sendable {
    /// Whether the file that was read is in force.
    public var ok: Bool
    /// The changed members of the configuration, one string each.
    public var changed: [String]
    /// What is wrong with the file; the previous configuration stays in force.
    public var problem: String?
}

/// A copy of the database.
public struct Backup: Sendable {
    /// The path of the file.
    public var file: String
    /// Its length.
    public var bytes: Int
    /// The SHA-256 of its contents, 64 hexadecimal digits.
    public var sha256: String
}

/// What an update does to one member of a key.
public enum Edit<Value: Sendable>: Sendable {
    /// Keeps the value.
    case keep
    /// Removes the value.
    case clear
    /// Sets a value.
    case set(Value)
}

extension Edit {
    /// The value that is set; `nil` if none is.
    package var value: Value? { if case .set(let value) = self { value } else { nil } }
}

extension Edit where Value: Codable {
    var change: Change<Value> {
        switch self {
        case .keep: .keep
        case .clear: .clear
        case .set(let value): .set(value)
        }
    }
}

extension UpdatedKey {
    init(_ result: UpdateKey.Result) {
        self.init(key: result.key, warnings: result.warnings)
    }
}

extension DaemonStatus {
    init(_ result: GetStatus.Result) {
        self.init(
            version: result.version, state: result.state, pid: result.pid, startedAt: result.startedAt,
            schema: result.schema, keys: result.keys, adminConnections: result.connections.admin,
            verifyConnections: result.connections.verify, validVerifications: result.verifications.valid,
            refusedVerifications: result.verifications.refused, sweeps: result.sweeps,
            notices: result.notices ?? [])
    }
}
