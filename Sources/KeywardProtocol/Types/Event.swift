public import KeywardVocabulary

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

        /// The type of the events about an audit action.
        public static func action(_ action: AuditAction) -> Kind { Kind(rawValue: action.eventType) }

        /// What an audit action is called; `nil` for one that this build does not know.
        public init?(action: String) {
            guard let action = AuditAction(rawValue: action) else { return nil }
            self = .action(action)
        }

        /// A sweep that changed or held something has finished; `details` is its report.
        public static let sweepFinished = Kind(rawValue: "sweepFinished")

        /// Every word that this build knows.
        public static let known: [Kind] = AuditAction.allCases.map { .action($0) } + [.sweepFinished]

        private static let actions = Dictionary(
            uniqueKeysWithValues: AuditAction.allCases.map { ($0.eventType, $0) })

        /// The audit action that the event is about; `nil` for ``sweepFinished`` and for a word that this build does not
        /// know.
        public var action: AuditAction? { Self.actions[rawValue] }
    }
}
