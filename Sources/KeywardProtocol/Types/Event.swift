public import KeywardVocabulary

/// An event of a key, a workspace or the host. It is on disk, and contains no secret.
public struct Event: Codable, Hashable, Sendable {
    /// The subscription that receives it.
    public var subscription: String
    /// The kind of the event.
    public var type: Kind
    /// When it was decided.
    public var at: Timestamp
    /// The audit entry about it. `sweepFinished` has none: then the newest entry at that moment.
    public var seq: Int
    /// The workspace that it concerns, if any.
    public var workspace: String?
    /// The key that it concerns, if any.
    public var keyId: String?
    /// The actor; the daemon's own account for its own actions.
    public var actor: Account
    /// An object with the details; for a key with its `name` and `prefix`.
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

    /// The event about an audit entry; `nil` if its action is one that this build does not know.
    public init?(_ entry: AuditEntry, subscription: String) {
        guard let type = Kind(action: entry.action) else { return nil }
        self.init(
            subscription: subscription, type: type, at: entry.at, seq: entry.seq, workspace: entry.workspace,
            keyId: entry.keyId, actor: entry.actor, details: entry.details)
    }
}

extension Event {
    /// The kind of an event.
    public struct Kind: Word {
        /// The word in the protocol.
        public var rawValue: String
        /// Accepts any word; one that this build does not know is kept unchanged.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The type of the events about an audit action.
        public static func action(_ action: AuditAction) -> Kind { Kind(rawValue: action.eventType) }

        /// The kind for an audit action; `nil` for one that this build does not know.
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

        /// The audit action that the event is about; `nil` for ``sweepFinished`` and for a word that this build does
        /// not know.
        public var action: AuditAction? { Self.actions[rawValue] }
    }
}
