/// An action on a key, a workspace or the host that the audit trail records.
///
/// This is the only list of them. The database and the trail have the raw value; subscribers receive ``eventType``; the
/// journal has ``messageID``. A released word or number never changes and is never reused.
public enum AuditAction: String, CaseIterable, Sendable {
    /// A key was created.
    case keyCreated = "key.created"
    /// A key that another issuer had made was imported.
    case keyImported = "key.imported"
    /// A key's name, expiry or attributes were changed.
    case keyUpdated = "key.updated"
    /// A key was rotated: the event is about the successor, and `details.predecessor` names the predecessor.
    case keyRotated = "key.rotated"
    /// A key has a successor: the event is about the predecessor.
    case rotationStarted = "rotation.started"
    /// A rotation was confirmed: the predecessor is superseded.
    case rotationConfirmed = "rotation.confirmed"
    /// A rotation was cancelled: its successor is revoked, and the key stays active.
    case rotationCancelled = "rotation.cancelled"
    /// A successor was verified for the first time.
    case rotationFirstUse = "rotation.firstUse"
    /// A predecessor's grace period has begun, and ends at `details.graceEndsAt`.
    case rotationGraceStarted = "rotation.graceStarted"
    /// A predecessor's grace period has ended.
    case rotationGraceEnded = "rotation.graceEnded"
    /// A key was revoked, by a person or by policy.
    case keyRevoked = "key.revoked"
    /// A key was disabled, by a person or by policy.
    case keyDisabled = "key.disabled"
    /// A key was enabled again.
    case keyEnabled = "key.enabled"
    /// A key has expired.
    case keyExpired = "key.expired"
    /// A key expires within `details.days`.
    case keyExpiring = "key.expiring"
    /// A key was not used for a long time.
    case keyStale = "key.stale"
    /// A key that ended long ago was deleted.
    case keyPurged = "key.purged"
    /// A canary was presented: `details` has the account's `uid`, the client's `address` and the `count`.
    case canaryUsed = "key.canaryUsed"
    /// A fifth of a key's or a budget's credits, or less, remains: `details.remaining`.
    case creditsLow = "credits.low"
    /// A key's or a budget's credits are exhausted.
    case creditsExhausted = "credits.exhausted"
    /// A budget was created, or its limits or credits were changed.
    case budgetSet = "budget.set"
    /// A budget was removed.
    case budgetRemoved = "budget.removed"
    /// A workspace was created.
    case workspaceCreated = "workspace.created"
    /// A workspace has another plan.
    case planChanged = "workspace.planChanged"
    /// A workspace got another name at a start, because its name broke the current rules.
    case workspaceRenamed = "workspace.renamed"
    /// A user or a group was given a role.
    case memberGranted = "member.granted"
    /// A role was removed.
    case memberRemoved = "member.removed"
    /// A pepper was added, at a start.
    case pepperAdded = "pepper.added"
    /// A retired pepper was removed; ended keys with digests under it are unknown from then on.
    case pepperRemoved = "pepper.removed"
    /// At a start, the newest entries of the audit trail were missing.
    case auditTailMissing = "audit.tailMissing"
    /// An operator has acknowledged that the end of the audit trail, or the file that stores it, was missing.
    case auditAcknowledged = "audit.acknowledged"
    /// An operator has accepted the wall clock; `details` has both times, and the keys that verify again.
    case clockAccepted = "clock.accepted"

    /// The type of its event in the protocol.
    public var eventType: String { names.event }

    /// The `MESSAGE_ID` of its journal entry: 128 bits, generated randomly once, in hexadecimal digits.
    package var messageID: String { names.message }

    private var names: (event: String, message: String) {
        switch self {
        case .keyCreated: ("created", "0b8343ac5b0f40e993778bbd6b57b187")
        case .keyImported: ("imported", "364e2cc161c64b3bb52e78a51468fa71")
        case .keyUpdated: ("updated", "28a9bae89158434c99c436437c9ea971")
        case .keyRotated: ("rotated", "dcd811ae66ee4045b4621b0fd6a2fd38")
        case .rotationStarted: ("rotationStarted", "259d24721e964fb786bcd5d9a546522a")
        case .rotationConfirmed: ("confirmed", "a9ca11ad247348899056b484ee2eb3ae")
        case .rotationCancelled: ("cancelled", "d41e37b687f84041b0337716880c9de0")
        case .rotationFirstUse: ("firstUse", "045fbe894b024877b904145fd1ad8012")
        case .rotationGraceStarted: ("graceStarted", "d884d190f7f24ec3ad8784b1a597e247")
        case .rotationGraceEnded: ("graceEnded", "73f096f0fc1a40bdbf4ae1e58646b29e")
        case .keyRevoked: ("revoked", "49e6fa9c548d4d859559080c3837b2d2")
        case .keyDisabled: ("disabled", "2e7d95092bd646298e1cec58b3ecce56")
        case .keyEnabled: ("enabled", "a35ffb261b5441f5b76b509d8f59656e")
        case .keyExpired: ("expired", "95dabee2d5e64118922d71fc7d608a57")
        case .keyExpiring: ("expiring", "b3ed2e7752f745a7a86212a4fe2c7c74")
        case .keyStale: ("stale", "7640dde26773469cb13a0456926eed52")
        case .keyPurged: ("purged", "043b7b1897ce43c08179f81700f9592a")
        case .canaryUsed: ("canaryUsed", "4b012b2eb3a64cf7928b17783b6783b2")
        case .creditsLow: ("creditsLow", "aec500af3c544666999baf320b8340cc")
        case .creditsExhausted: ("creditsExhausted", "6983fb130a6244579ecc198660728fa1")
        case .budgetSet: ("budgetSet", "4909fac9379c4cda941a6b1f024e320e")
        case .budgetRemoved: ("budgetRemoved", "94749e789e74468297ba5026b70d30e9")
        case .workspaceCreated: ("workspaceCreated", "e135b295e5ec404182b1f0a1c3fa7b55")
        case .planChanged: ("planChanged", "4535929fe06445d4bb625c4304da0bc0")
        case .workspaceRenamed: ("workspaceRenamed", "b7af47a7b15b4c838fa7ae045c8d73c2")
        case .memberGranted: ("memberGranted", "06c6764f4c424da091e7ba1f9666d617")
        case .memberRemoved: ("memberRemoved", "0bbdb182166e464da10ef02c3c31fbe4")
        case .pepperAdded: ("pepperAdded", "87aa974da69a457c9f79a6fa66ecacd6")
        case .pepperRemoved: ("pepperRemoved", "100b8e784eb34e1bbf9626fef18b5099")
        case .auditTailMissing: ("auditTailMissing", "9d12a53a5d874a5aa454a4d7fbf117c6")
        case .auditAcknowledged: ("auditAcknowledged", "bc4c353048654dd396c984dc5cd0dd1a")
        case .clockAccepted: ("clockAccepted", "9c3f839d48494c659dcabb55a58a04e1")
        }
    }
}
