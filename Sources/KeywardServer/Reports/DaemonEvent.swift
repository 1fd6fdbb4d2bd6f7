package import KeywardCore

/// An event for operators.
package enum DaemonEvent: Sendable {
    case audit(AuditRecord)
    case storeReadOnly
    case storeWritable
    /// The store failed: memory may no longer match it.
    case storeFault(StoreFault)
    /// The stored rows of these keys are not what was written.
    case keysDamaged(prefixes: [String])
    /// Changes are refused until an operator acts.
    case barred(WriteBar)
    /// The paths of the open files name them again.
    case filesBack
    case unknownKeys(UnknownKeys.Share)
    /// The group of operators, by its name, does not exist.
    case operatorGroupMissing(String)
    /// The name of a verifier of this workspace means another account than when it was granted.
    case verifierVoid(Principal, workspace: String)
    /// A call was answered `internalError`.
    case callFailed(method: String, user: UInt32, cause: String)
    /// A connection of this uid was closed, because it did not read the events that it had subscribed to.
    case subscriberCutOff(user: UInt32)
    /// A run of a sweep has ended.
    case sweep(SweepReport)
    /// The wall clock has jumped, or is trusted again.
    case clock(ClockState)
    /// A call has imported keys. The log has this in place of their entries of the audit trail.
    case keysImported(ImportSummary)
}
