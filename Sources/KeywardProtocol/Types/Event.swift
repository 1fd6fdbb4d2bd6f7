/// Something that has happened to a key, a workspace or the host. It is on disk, and it holds no secret.
public struct Event: Codable, Hashable, Sendable {
    /// The subscription that it is sent for.
    public var subscription: String
    /// What has happened.
    public var type: Kind
    /// When it was decided.
    public var at: Timestamp
    /// The audit entry that tells of it. `sweepFinished` has none: then the newest entry at that moment.
    public var seq: Int
    /// The workspace that it concerns, if one.
    public var workspace: String?
    /// The key that it concerns, if one.
    public var keyId: String?
    /// Who did it; the daemon's own account for what it did by itself.
    public var actor: Account
    /// An object with what it was about; for a key its `name` and `prefix` among it.
    public var details: JSONText

    public init(
        subscription: String, type: Kind, at: Timestamp, seq: Int, workspace: String?, keyId: String?,
        actor: Account, details: JSONText
    ) {
        self.subscription = subscription
        self.type = type
        self.at = at
        self.seq = seq
        self.workspace = workspace
        self.keyId = keyId
        self.actor = actor
        self.details = details
    }

    /// What an audit entry tells; `nil` if its action is one that this build does not know.
    public init?(_ entry: AuditEntry, subscription: String) {
        guard let type = Kind(action: entry.action) else { return nil }
        self.init(
            subscription: subscription, type: type, at: entry.at, seq: entry.seq, workspace: entry.workspace,
            keyId: entry.keyId, actor: entry.actor, details: entry.details)
    }
}

extension Event {
    /// What has happened.
    public struct Kind: Word {
        /// The word as it stands on the wire.
        public var rawValue: String
        /// Takes any word; one that this build does not know is kept as it is.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// A key was created.
        public static let created = Kind(rawValue: "created")
        /// A key's name, owner, purpose, scopes, metadata or expiry was changed.
        public static let updated = Kind(rawValue: "updated")
        /// A key was rotated: the event is about the successor, and `details.predecessor` names the other.
        public static let rotated = Kind(rawValue: "rotated")
        /// A key has a successor: the event is about the predecessor.
        public static let rotationStarted = Kind(rawValue: "rotationStarted")
        /// A rotation was confirmed: the predecessor is superseded.
        public static let confirmed = Kind(rawValue: "confirmed")
        /// A rotation was taken back: its successor is revoked, and the key keeps working.
        public static let cancelled = Kind(rawValue: "cancelled")
        /// A successor was verified for the first time.
        public static let firstUse = Kind(rawValue: "firstUse")
        /// A predecessor's grace has begun, and ends at `details.graceEndsAt`.
        public static let graceStarted = Kind(rawValue: "graceStarted")
        /// A predecessor's grace is over.
        public static let graceEnded = Kind(rawValue: "graceEnded")
        /// A key was revoked, by a person or by policy.
        public static let revoked = Kind(rawValue: "revoked")
        /// A key was disabled, by a person or by policy.
        public static let disabled = Kind(rawValue: "disabled")
        /// A key was enabled again.
        public static let enabled = Kind(rawValue: "enabled")
        /// A key has expired.
        public static let expired = Kind(rawValue: "expired")
        /// A key expires within `details.days`.
        public static let expiring = Kind(rawValue: "expiring")
        /// A key was not used for a long time.
        public static let stale = Kind(rawValue: "stale")
        /// A key that ended long ago was forgotten.
        public static let purged = Kind(rawValue: "purged")
        /// A workspace was created.
        public static let workspaceCreated = Kind(rawValue: "workspaceCreated")
        /// A workspace has another plan.
        public static let planChanged = Kind(rawValue: "planChanged")
        /// A workspace got another name at a start, because its own was not as names are now.
        public static let workspaceRenamed = Kind(rawValue: "workspaceRenamed")
        /// A user or a group was given a role.
        public static let memberGranted = Kind(rawValue: "memberGranted")
        /// A role was taken back.
        public static let memberRemoved = Kind(rawValue: "memberRemoved")
        /// A pepper was added, at a start.
        public static let pepperAdded = Kind(rawValue: "pepperAdded")
        /// At a start, the newest entries of the audit trail were gone.
        public static let auditTailMissing = Kind(rawValue: "auditTailMissing")
        /// An operator has accepted that the end of the audit trail, or the file that keeps it, was gone.
        public static let auditAcknowledged = Kind(rawValue: "auditAcknowledged")
        /// An operator has accepted the wall clock; `details` tell from and to when, and which keys verify again.
        public static let clockAccepted = Kind(rawValue: "clockAccepted")
        /// A sweep that changed or held something has finished; `details` is its report.
        public static let sweepFinished = Kind(rawValue: "sweepFinished")

        /// The audit actions, and what each is called here.
        private static let actions: KeyValuePairs<String, Kind> = [
            "key.created": .created, "key.updated": .updated, "key.rotated": .rotated,
            "rotation.started": .rotationStarted, "rotation.confirmed": .confirmed, "rotation.cancelled": .cancelled,
            "rotation.firstUse": .firstUse, "rotation.graceStarted": .graceStarted, "rotation.graceEnded": .graceEnded,
            "key.revoked": .revoked, "key.disabled": .disabled,
            "key.enabled": .enabled, "key.expired": .expired, "key.expiring": .expiring, "key.stale": .stale,
            "key.purged": .purged, "workspace.created": .workspaceCreated, "workspace.planChanged": .planChanged,
            "workspace.renamed": .workspaceRenamed,
            "member.granted": .memberGranted, "member.removed": .memberRemoved, "pepper.added": .pepperAdded,
            "audit.tailMissing": .auditTailMissing, "audit.acknowledged": .auditAcknowledged,
            "clock.accepted": .clockAccepted,
        ]

        /// Every word that this build knows.
        public static let known: [Kind] = actions.map { $0.value } + [.sweepFinished]

        private static let byAction = Dictionary(uniqueKeysWithValues: actions.map { ($0.key, $0.value) })

        /// What an audit action is called; `nil` for one that this build does not know.
        public init?(action: String) {
            guard let kind = Self.byAction[action] else { return nil }
            self = kind
        }
    }
}
