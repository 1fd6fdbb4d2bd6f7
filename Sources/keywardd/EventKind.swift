internal import KeywardCore
internal import KeywardSystemd
internal import Logging

/// Every kind of entry that the daemon writes to the log: its name (`KEYWARD_EVENT`), its number (`MESSAGE_ID`,
/// sd_journal_print(3)) and its level. What each means and what to do about it is in packaging/keyward.catalog.
///
/// A number, once released, is never given to anything else.
enum EventKind: String, CaseIterable, Sendable {
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
    case unknownKeys = "verify.unknownKeys"
    case subscriberCutOff = "events.subscriberCutOff"
    case sweepFinished = "sweep.finished"
    case sweepIdle = "sweep.idle"
    case sweepHeld = "sweep.held"
    case clockJumped = "clock.jumped"
    case clockAccepted = "clock.accepted"

    case auditHeadMissing = "audit.headMissing"
    case auditNotJournalled = "audit.notJournalled"

    // The audit trail's mirror: each has the name of its action.
    case keyCreated = "key.created"
    case keyUpdated = "key.updated"
    case keyRotated = "key.rotated"
    case rotationStarted = "rotation.started"
    case rotationConfirmed = "rotation.confirmed"
    case rotationCancelled = "rotation.cancelled"
    case rotationFirstUse = "rotation.firstUse"
    case rotationGraceStarted = "rotation.graceStarted"
    case rotationGraceEnded = "rotation.graceEnded"
    case keyRevoked = "key.revoked"
    case keyDisabled = "key.disabled"
    case keyEnabled = "key.enabled"
    case keyExpired = "key.expired"
    case keyExpiring = "key.expiring"
    case keyStale = "key.stale"
    case keyPurged = "key.purged"
    case workspaceCreated = "workspace.created"
    case planChanged = "workspace.planChanged"
    case workspaceRenamed = "workspace.renamed"
    case memberGranted = "member.granted"
    case memberRemoved = "member.removed"
    case pepperAdded = "pepper.added"
    case auditTailMissing = "audit.tailMissing"
    case auditAcknowledged = "audit.acknowledged"
    case auditOther = "audit.other"

    var level: Logger.Level {
        switch self {
        case .daemonFailed, .auditTailMissing, .auditHeadMissing, .keysDamaged, .stateMoved: .critical
        case .daemonReloadFailed, .daemonSilent, .storeReadOnly, .storeFault, .callFailed, .ledgerLost: .error
        case .daemonNotHardened, .logEntriesLeftOut, .auditHeadNotKept, .auditNotJournalled, .ledgerNotKept, .sweepHeld,
            .clockJumped:
            .warning
        case .sweepIdle: .info
        default: .notice
        }
    }

    /// What may be left out of the log: first the mirror of the audit trail, and least of all the daemon's own life.
    var importance: LogEntry.Importance {
        switch self {
        case .auditTailMissing, .auditAcknowledged, .pepperAdded: .essential
        case .callFailed, .unknownKeys, .subscriberCutOff, .sweepFinished, .sweepIdle: .ordinary
        default: self == .auditOther || AuditNote.Action(rawValue: rawValue) != nil ? .mirror : .essential
        }
    }

    /// 128 bits, made at random once, in hexadecimal digits.
    var messageID: String {
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
        case .unknownKeys: "e155a101700b4919a6162f6189526473"
        case .subscriberCutOff: "92f9f449ef9e4da2a135bc4cca6272b3"
        case .sweepFinished: "c5e4005098d44a5d8d9949f570fefb65"
        case .sweepIdle: "97b1bc8648c24603b1fc6c1e2f23c9db"
        case .sweepHeld: "16d94f5e3a04426387b5cfd91f44df80"
        case .clockJumped: "10388bedc38b4822865c23d8446fb086"
        case .clockAccepted: "9c3f839d48494c659dcabb55a58a04e1"
        case .auditHeadMissing: "86adfe48171f450a847f9a1ebba0e8ee"
        case .auditNotJournalled: "f8edbf747bad400cbd57d78a6aa358d7"
        case .keyCreated: "0b8343ac5b0f40e993778bbd6b57b187"
        case .keyUpdated: "28a9bae89158434c99c436437c9ea971"
        case .keyRotated: "dcd811ae66ee4045b4621b0fd6a2fd38"
        case .rotationStarted: "259d24721e964fb786bcd5d9a546522a"
        case .rotationConfirmed: "a9ca11ad247348899056b484ee2eb3ae"
        case .rotationCancelled: "d41e37b687f84041b0337716880c9de0"
        case .rotationFirstUse: "045fbe894b024877b904145fd1ad8012"
        case .rotationGraceStarted: "d884d190f7f24ec3ad8784b1a597e247"
        case .rotationGraceEnded: "73f096f0fc1a40bdbf4ae1e58646b29e"
        case .keyRevoked: "49e6fa9c548d4d859559080c3837b2d2"
        case .keyDisabled: "2e7d95092bd646298e1cec58b3ecce56"
        case .keyEnabled: "a35ffb261b5441f5b76b509d8f59656e"
        case .keyExpired: "95dabee2d5e64118922d71fc7d608a57"
        case .keyExpiring: "b3ed2e7752f745a7a86212a4fe2c7c74"
        case .keyStale: "7640dde26773469cb13a0456926eed52"
        case .keyPurged: "043b7b1897ce43c08179f81700f9592a"
        case .workspaceCreated: "e135b295e5ec404182b1f0a1c3fa7b55"
        case .planChanged: "4535929fe06445d4bb625c4304da0bc0"
        case .workspaceRenamed: "b7af47a7b15b4c838fa7ae045c8d73c2"
        case .memberGranted: "06c6764f4c424da091e7ba1f9666d617"
        case .memberRemoved: "0bbdb182166e464da10ef02c3c31fbe4"
        case .pepperAdded: "87aa974da69a457c9f79a6fa66ecacd6"
        case .auditTailMissing: "9d12a53a5d874a5aa454a4d7fbf117c6"
        case .auditAcknowledged: "bc4c353048654dd396c984dc5cd0dd1a"
        case .auditOther: "a276a9cf71e3450eb5fa7119bbb19317"
        }
    }
}
