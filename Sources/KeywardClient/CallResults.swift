/// A key that was just created, with its secret. There is no other copy of the secret.
public struct CreatedKey: Sendable {
    /// The key.
    public var key: Key
    /// What its owner is to present.
    public var secret: Secret
    /// What the administrator should know: `nameLooksPersonal`, …
    public var warnings: [Warning]
}

/// A key whose replacement was just made.
public struct RotatedKey: Sendable {
    /// The successor.
    public var key: Key
    /// What its owner is to present from now on. There is no other copy.
    public var secret: Secret
    /// The predecessor, which keeps working through its grace period.
    public var retiring: Key
    /// What the administrator should know.
    public var warnings: [Warning]
}

/// A key that was changed.
public struct UpdatedKey: Sendable {
    /// The key, as it is now.
    public var key: Key
    /// What the administrator should know.
    public var warnings: [Warning]
}

/// A key that was revoked or disabled.
public struct EndedKey: Sendable {
    /// The key, as it is now.
    public var key: Key
    /// The other live key of its name that still verifies; `nil` if there is none.
    public var continues: Key?
}

/// A page of a workspace's keys.
public struct KeyPage: Sendable {
    /// The keys, in the order that was asked for.
    public var keys: [Key]
    /// What gets the next page; `nil` on the last one.
    public var nextCursor: String?
    /// What the workspace's plan allows.
    public var access: Access
}

/// How often a key was verified, over time and by whom.
public struct KeyUsage: Sendable {
    /// Hours or days, oldest first.
    public var buckets: [UsageBucket]
    /// The accounts of the services that asked.
    public var byPeer: [PeerUsage]
    /// The keys whose uses these are, the newest first.
    public var keys: [KeyState]
    /// Refusals by hour or day, code and account, oldest first.
    public var refusals: [RefusalUsage]
}

/// Whether the audit chain is whole.
public struct AuditCheck: Sendable {
    /// Whether it is.
    public var ok: Bool
    /// How many entries it has.
    public var entries: Int
    /// The hash of the last one, 64 hexadecimal digits.
    public var head: String
    /// What is wrong, if something is.
    public var problem: String?
}

/// What the daemon is and does.
public struct DaemonStatus: Sendable {
    /// Its version.
    public var version: String
    /// Whether it can verify, and change.
    public var state: DaemonState
    /// Its process id.
    public var pid: Int
    /// When it started.
    public var startedAt: Timestamp
    /// The version of the database's schema.
    public var schema: Int
    /// How many keys have each status.
    public var keys: Tally
    /// How many clients are connected to the admin socket.
    public var adminConnections: Int
    /// How many clients are connected to the verify socket.
    public var verifyConnections: Int
    /// Verifications answered `valid` since it started.
    public var validVerifications: Int
    /// Verifications refused since it started, by code.
    public var refusedVerifications: Tally
    /// What each sweep did, and when it has something to do next.
    public var sweeps: [SweepState]
    /// What an operator should know now.
    public var notices: [Notice]
}

/// Where the pepper comes from.
public struct PepperStatus: Sendable {
    /// `credential` or `file`.
    public var source: String
    /// The name of the systemd credential, or the path of the file.
    public var place: String
    /// The current pepper first.
    public var peppers: [PepperUse]
}

/// What came of reading the configuration again.
public struct Reloaded: Sendable {
    /// Whether the file that was read is in force.
    public var ok: Bool
    /// What has changed, a member of the configuration each.
    public var changed: [String]
    /// What is wrong with the file; what was in force before stays in force.
    public var problem: String?
}

/// A copy of the database.
public struct Backup: Sendable {
    /// The file, as the daemon names it.
    public var file: String
    /// Its length.
    public var bytes: Int
    /// The SHA-256 of its contents, 64 hexadecimal digits.
    public var sha256: String
}

/// What an update does to one member of a key.
public enum Edit<Value: Sendable>: Sendable {
    /// Leaves it as it is.
    case keep
    /// Takes it away.
    case clear
    /// Puts a value in its place.
    case set(Value)
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
