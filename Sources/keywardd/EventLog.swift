internal import KeywardCore
internal import KeywardServer
internal import Logging

/// Puts what the daemon tells into the log, each kind with fields of its own. No entry holds a key, a name that was
/// refused, or anything else that a caller wrote.
struct EventLog: Sendable {
    let logger: Logger

    func write(_ event: DaemonEvent) {
        switch event {
        case .audit(let record): write(record)
        case .storeReadOnly:
            logger.error(
                "The database cannot be written; keys are verified, nothing is changed. Make room in the state folder.",
                metadata: ["event": "store.readOnly"])
        case .storeWritable:
            logger.notice("The database can be written again.", metadata: ["event": "store.writable"])
        case .storeFault(let fault): write(fault)
        case .sweep(let report): logger.log(SweepEntry(report))
        case .clock(let state): logger.log(SweepEntry(state))
        case .unknownKeys(let share):
            logger.notice(
                "uid \(share.uid) presented what is no key: \(share.malformed) malformed, \(share.notFound) unknown.",
                metadata: [
                    "event": "verify.unknownKeys", "uid": "\(share.uid)", "malformed": "\(share.malformed)",
                    "notFound": "\(share.notFound)",
                ])
        }
    }

    /// The audit trail's mirror: the database has the details, the log has the chain's end.
    private func write(_ record: AuditRecord) {
        var fields: Logger.Metadata = [
            "event": "\(record.action)", "auditSeq": "\(record.seq)", "auditHash": "\(record.hash.hexadecimal)",
            "actorUid": "\(record.actor.uid)",
        ]
        fields["keyId"] = record.keyID.map { "\($0)" }
        fields["workspace"] = record.workspace.map { "\($0)" }
        let who = record.actor.user.map { "\($0) (uid \(record.actor.uid))" } ?? "uid \(record.actor.uid)"
        let about = record.keyID ?? record.workspace.map { "workspace \($0)" } ?? "the daemon"
        let isLoss = record.action == AuditNote.Action.auditTailMissing.rawValue
        let message: Logger.Message =
            isLoss
            ? """
            \(record.action): the newest entries of the audit trail are gone. An older database was put in place, or \
            somebody cut this one; the trail tells of it from now on.
            """ : "\(record.action): \(about), by \(who)"
        logger.log(level: isLoss ? .critical : .notice, message, metadata: fields)
    }

    private func write(_ fault: StoreFault) {
        let fields: Logger.Metadata = ["event": "store.fault"]
        switch fault {
        case .cannotWrite(let reason): logger.error("Usage could not be stored: \(reason)", metadata: fields)
        case .exists: break
        case .failed(let reason):
            logger.critical(
                "The store failed: \(reason). The daemon ends, for only a new start can tell what is on the disk.",
                metadata: fields)
        }
    }
}
