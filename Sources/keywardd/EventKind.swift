internal import KeywardCore
internal import KeywardSystemd
internal import KeywardVocabulary
internal import Logging

/// Every kind of entry that the daemon writes to the log: its name (`KEYWARD_EVENT`), its number (`MESSAGE_ID`,
/// sd_journal_print(3)) and its level. What each means and what to do about it is in packaging/keyward.catalog.
///
/// A number, once released, is never given to anything else.
enum EventKind: Hashable, Sendable {
    /// An entry of the audit trail, with the name and the number of its action.
    case audit(AuditAction)
    /// What the daemon has to say beside the audit trail.
    case own(Own)

    /// The kind of an audit entry.
    init(of record: AuditRecord) {
        self = AuditAction(rawValue: record.action).map { .audit($0) } ?? .own(.auditOther)
    }

    var name: String {
        switch self {
        case .audit(let action): action.rawValue
        case .own(let kind): kind.rawValue
        }
    }

    var messageID: String {
        switch self {
        case .audit(let action): action.messageID
        case .own(let kind): kind.messageID
        }
    }

    var level: Logger.Level {
        switch self {
        case .audit(.auditTailMissing), .audit(.canaryUsed): .critical
        case .audit: .notice
        case .own(let kind): kind.level
        }
    }

    /// Whether it needs action at once: priority alert of syslog(3).
    var isAlert: Bool { self == .audit(.canaryUsed) }

    /// What may be left out of the log: first the mirror of the audit trail, and least of all the daemon's own life.
    var importance: LogEntry.Importance {
        switch self {
        case .audit(.auditTailMissing), .audit(.auditAcknowledged), .audit(.pepperAdded), .audit(.pepperRemoved),
            .audit(.canaryUsed):
            .essential
        case .audit(.keyImported): .ordinary
        case .audit, .own(.auditOther): .mirror
        case .own(.callFailed), .own(.unknownKeys), .own(.subscriberCutOff), .own(.sweepFinished), .own(.sweepIdle):
            .ordinary
        case .own: .essential
        }
    }
}

extension EventKind {
    enum Own: String, CaseIterable, Sendable {
        // The daemon's own life.
        case daemonReady = "daemon.ready"
        case daemonStopped = "daemon.stopped"
        case daemonFailed = "daemon.failed"
        case daemonReloaded = "daemon.reloaded"
        case daemonReloadFailed = "daemon.reloadFailed"
        case daemonNotHardened = "daemon.notHardened"
        case daemonSilent = "daemon.silent"
        case daemonAnswering = "daemon.answering"
        case logEntriesLeftOut = "log.entriesLeftOut"

        // Its database.
        case storeReadOnly = "store.readOnly"
        case storeWritable = "store.writable"
        case storeFault = "store.fault"
        case callFailed = "call.failed"
        case auditHeadNotKept = "audit.headNotKept"
        case auditHeadKept = "audit.headKept"
        case keysDamaged = "keys.damaged"
        case stateMoved = "state.moved"
        case stateBack = "state.back"
        case ledgerNotKept = "ledger.notKept"
        case ledgerLost = "ledger.lost"

        // What it notices by itself.
        case operatorGroupMissing = "daemon.operatorGroupMissing"
        case verifierVoid = "verify.verifierVoid"
        case unknownKeys = "verify.unknownKeys"
        case subscriberCutOff = "events.subscriberCutOff"
        case sweepFinished = "sweep.finished"
        case sweepIdle = "sweep.idle"
        case sweepHeld = "sweep.held"
        case clockJumped = "clock.jumped"

        case auditHeadMissing = "audit.headMissing"
        case auditNotJournalled = "audit.notJournalled"

        /// An entry of the audit trail whose action this build does not know.
        case auditOther = "audit.other"

        fileprivate var level: Logger.Level {
            switch self {
            case .daemonFailed, .auditHeadMissing, .keysDamaged, .stateMoved: .critical
            case .daemonReloadFailed, .daemonSilent, .storeReadOnly, .storeFault, .callFailed, .ledgerLost: .error
            case .daemonNotHardened, .logEntriesLeftOut, .auditHeadNotKept, .auditNotJournalled, .ledgerNotKept,
                .sweepHeld, .clockJumped, .verifierVoid:
                .warning
            case .sweepIdle: .info
            default: .notice
            }
        }

        /// 128 bits, made at random once, in hexadecimal digits.
        fileprivate var messageID: String {
            switch self {
            case .daemonReady: "f796d78d59804d6887884c26540b3c1f"
            case .daemonStopped: "71779abe5bcd4b7491b39bf4044b24ab"
            case .daemonFailed: "8ceb7095397641618e68d66f0b36c726"
            case .daemonReloaded: "95e99f9e113d41a39cffe507da509afe"
            case .daemonReloadFailed: "62dbd9898def4bcda5dc117d1d68ddc2"
            case .daemonNotHardened: "2375031ef5744a39a0ee95fd2f856eb1"
            case .daemonSilent: "8992d36d00f44c01a7144623ce950ba6"
            case .daemonAnswering: "b62a4e03e92c40c9ba3303413c69770b"
            case .logEntriesLeftOut: "43712617dad44024b3fcc8f0d2b86dc9"
            case .storeReadOnly: "8d1f87bfe3c446fd899e006d531d4027"
            case .storeWritable: "317d95c443c3427288ecc4f4b5d747e6"
            case .storeFault: "8dee965467564fcc835c2ad64252c818"
            case .callFailed: "98adf1845e554039a289d7482d077a7b"
            case .auditHeadNotKept: "a73d47399b5b406da8c5b14e0f52dda1"
            case .auditHeadKept: "73b137bfa001441386e7c4276bcc0c53"
            case .keysDamaged: "d2e77fc20fa3474d9cb3c2e716290883"
            case .stateMoved: "2e1aa887bc34495fa6f4d0a20e229bfb"
            case .stateBack: "7a37bcffc1af4ab7aa1572ea753b4d16"
            case .ledgerNotKept: "3ed60666e8dc4257805b58ca9c39bb30"
            case .ledgerLost: "6292762c046d402e84ab3fe2ec5437d1"
            case .operatorGroupMissing: "3fa9bfd2bd6e45f0a2bdeefce0910f2d"
            case .verifierVoid: "d5aec0568932431dbabe749a220925bb"
            case .unknownKeys: "e155a101700b4919a6162f6189526473"
            case .subscriberCutOff: "92f9f449ef9e4da2a135bc4cca6272b3"
            case .sweepFinished: "c5e4005098d44a5d8d9949f570fefb65"
            case .sweepIdle: "97b1bc8648c24603b1fc6c1e2f23c9db"
            case .sweepHeld: "16d94f5e3a04426387b5cfd91f44df80"
            case .clockJumped: "10388bedc38b4822865c23d8446fb086"
            case .auditHeadMissing: "86adfe48171f450a847f9a1ebba0e8ee"
            case .auditNotJournalled: "f8edbf747bad400cbd57d78a6aa358d7"
            case .auditOther: "a276a9cf71e3450eb5fa7119bbb19317"
            }
        }
    }
}
