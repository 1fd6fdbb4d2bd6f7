internal import KeywardCore
internal import KeywardServer
internal import KeywardSystemd
internal import KeywardVocabulary
internal import Logging

/// Writes the daemon's events to the log, each kind with its own number and fields. No entry contains a secret, a
/// refused name, or any other text of a caller.
struct EventLog: Sendable {
    private let logger: Logger
    private let queue: LogQueue
    /// Records which entries of the audit trail were written.
    let progress: JournalProgress

    /// How long a stop waits for a blocked log.
    private static let patience = Duration.seconds(2)

    init(logger: Logger, queue: LogQueue, progress: JournalProgress) {
        self.logger = logger
        self.queue = queue
        self.progress = progress
    }

    /// The entries dropped since the start.
    var loss: LogQueue.Loss { queue.loss }

    /// Waits until the log has all entries; called before the daemon stops.
    func flush() { queue.flush(within: Self.patience) }

    /// The entry that reports dropped entries.
    static func entry(of loss: LogQueue.Loss) -> LogEntry {
        let kind = EventKind.own(.logEntriesLeftOut)
        let reasons = [
            loss.throttled > 0 ? "\(loss.throttled) because of the rate limit, all of them in the audit trail" : nil,
            loss.dropped > 0 ? "\(loss.dropped) because the log was blocked" : nil,
        ].compactMap { $0 }
        return LogEntry(
            message: "Entries were left out of this log: \(reasons.joined(separator: "; ")).", level: kind.level,
            metadata: [
                "event": .string(kind.name), "messageID": .string(kind.messageID), "paced": "\(loss.throttled)",
                "dropped": "\(loss.dropped)",
            ])
    }

    /// Writes one entry. A field `keyId` becomes `KEYWARD_KEY_ID` in the journal. `level` is for an entry that is more
    /// severe than others of its kind.
    func write(
        _ kind: EventKind, _ message: Logger.Message, _ fields: Logger.Metadata = [:], level: Logger.Level? = nil
    ) {
        var fields = fields
        fields["event"] = .string(kind.name)
        fields["messageID"] = .string(kind.messageID)
        if kind.isAlert { fields[LogEntry.alertKey] = "true" }
        fields[LogEntry.importanceKey] = .string(kind.importance.rawValue)
        logger.log(level: level ?? kind.level, message, metadata: fields)
    }

    func write(
        _ kind: EventKind.Own, _ message: Logger.Message, _ fields: Logger.Metadata = [:], level: Logger.Level? = nil
    ) {
        write(.own(kind), message, fields, level: level)
    }

    func write(_ event: DaemonEvent) {
        switch event {
        case .audit(let record) where record.action == AuditAction.keyImported.rawValue: progress.passImported(record)
        case .audit(let record): write(record)
        case .keysImported(let summary): write(summary)
        case .storeReadOnly:
            write(
                .storeReadOnly,
                "The database cannot be written; keys are verified, nothing is changed. Make room in the state folder.")
        case .storeWritable: write(.storeWritable, "The database can be written again.")
        case .storeFault(let fault): write(fault)
        case .barred(let bar): write(bar)
        case .keysDamaged(let prefixes):
            write(
                .keysDamaged,
                """
                The database rows of these keys differ from what Keyward wrote: \(prefixes.joined(separator: ", ")). The \
                disk or another program changed it.
                """, ["prefixes": "\(prefixes.joined(separator: " "))"])
        case .filesBack: write(.stateBack, "The files in the state folder are back.")
        case .sweep(let report): write(SweepEntry(report))
        case .clock(let state): write(SweepEntry(state))
        case .subscriberCutOff(let user):
            write(
                .subscriberCutOff,
                "A client of uid \(user) was disconnected: it had subscribed to events and did not read them.",
                ["uid": "\(user)"])
        case .callFailed(let method, let user, let cause):
            write(
                .callFailed, "A call of \(method) by uid \(user) failed: \(cause).",
                ["method": "\(method)", "uid": "\(user)", "cause": "\(cause)"])
        case .unknownKeys(let share):
            let who = share.user.map { "\($0) (uid \(share.uid))" } ?? "uid \(share.uid)"
            var fields: Logger.Metadata = [
                "uid": "\(share.uid)", "malformed": "\(share.malformed)", "notFound": "\(share.notFound)",
            ]
            fields["user"] = share.user.map { .string($0) }
            write(
                .unknownKeys,
                "\(who) presented invalid keys: \(share.malformed) malformed, \(share.notFound) unknown.", fields)
        case .verifierVoid(let principal, let workspace):
            write(
                .verifierVoid,
                """
                \(principal.text) is not a verifier of \(workspace) any more: the name does not mean number \
                \(principal.id). Grant it again, or remove it.
                """, ["principal": "\(principal.text)", "workspace": "\(workspace)", "uid": "\(principal.id)"])
        case .operatorGroupMissing(let group):
            write(
                .operatorGroupMissing,
                """
                The operator group \(group) does not exist: nobody but root is an operator. Create it, or correct \
                operatorGroup in the configuration.
                """, ["group": "\(group)"])
        }
    }

    /// The copy of an audit entry: the database has the details, the log has the chain's end.
    private func write(_ record: AuditRecord) {
        let kind = EventKind(of: record)
        var fields: Logger.Metadata = [
            "auditSeq": "\(record.seq)", "auditHash": .string(record.hash.hexadecimal),
            "actorUid": "\(record.actor.uid)",
        ]
        fields["actor"] = record.actor.user.map { .string($0) }
        fields["keyId"] = record.keyID.map { .string($0) }
        fields["workspace"] = record.workspace.map { .string($0) }
        let facts = AuditFacts(of: record)
        for (name, value) in facts.members { fields[name] = .string(value) }
        let who = record.actor.user.map { "\($0) (uid \(record.actor.uid))" } ?? "uid \(record.actor.uid)"
        let key = facts.keyName.map { name in name + (facts.prefix.map { " (\($0))" } ?? "") } ?? record.keyID
        let budget = facts.budget.map { "budget \($0)" }
        let about = key ?? budget ?? record.workspace.map { "workspace \($0)" } ?? "the daemon"
        let message: Logger.Message =
            kind == .audit(.auditTailMissing)
            ? """
            \(record.action): the newest entries of the audit trail are gone. The database was replaced by an \
            older one, or its trail was truncated. The trail records that from now on.
            """ : kind == .audit(.canaryUsed) ? Self.alarm(about, facts) : "\(record.action): \(about), by \(who)"
        write(kind, message, fields)
    }

    private static func alarm(_ canary: String, _ facts: AuditFacts) -> Logger.Message {
        let address = facts.address.map { ", for a client at \($0)" } ?? ""
        let times = facts.count == 1 ? "" : ", \(facts.count ?? 0) times"
        return
            "The canary \(canary) was presented by uid \(facts.uid ?? 0)\(address)\(times). Somebody has found its secret."
    }

    /// Reports the number of audit entries that are not in the log, the last of them at `head`.
    func write(leftOut count: Int64, upTo head: AuditHead) {
        write(
            .auditNotJournalled,
            """
            \(count) entries of the audit trail, up to entry \(head.seq), were not written here before the daemon \
            ended. To read them: keyward audit list
            """, ["count": "\(count)", "auditSeq": "\(head.seq)", "auditHash": .string(head.hash.hexadecimal)])
    }

    /// A call may import a million keys: the log has one entry for all of them, which passes their entries of the trail.
    private func write(_ summary: ImportSummary) {
        let who = summary.actor.user.map { "\($0) (uid \(summary.actor.uid))" } ?? "uid \(summary.actor.uid)"
        var fields: Logger.Metadata = [
            "created": "\(summary.created)", "existing": "\(summary.existing)", "refused": "\(summary.refused)",
            "workspace": .string(summary.workspace), "actorUid": "\(summary.actor.uid)",
        ]
        fields["actor"] = summary.actor.user.map { .string($0) }
        if let head = progress.takeImported() {
            fields["auditSeq"] = "\(head.seq)"
            fields["auditHash"] = .string(head.hash.hexadecimal)
        }
        write(
            .audit(.keyImported),
            """
            key.imported into workspace \(summary.workspace) by \(who): \(summary.created) created, \
            \(summary.existing) known before, \(summary.refused) refused.
            """, fields)
    }

    private func write(_ bar: WriteBar) {
        let message: Logger.Message = "\(bar.problem) Keys are verified, changes are refused. \(bar.advice)"
        switch bar {
        case .headMissing, .headDamaged: write(.auditHeadMissing, message)
        case .moved: write(.stateMoved, message)
        }
    }

    private func write(_ fault: StoreFault) {
        switch fault {
        case .cannotWrite(let reason): write(.storeFault, "Usage could not be stored: \(reason)")
        case .exists: break
        case .failed(let reason), .damaged(let reason):
            write(
                .storeFault,
                "The store failed: \(reason). The daemon exits, because only a new start can read what is on disk.",
                level: .critical)
        }
    }
}
