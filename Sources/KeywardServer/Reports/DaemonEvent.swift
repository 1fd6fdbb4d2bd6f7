package import KeywardCore

/// What an operator should know, as it happens.
package enum DaemonEvent: Sendable {
    case audit(AuditRecord)
    case storeReadOnly
    case storeWritable
    /// The store failed in a way that memory can no longer be trusted to match it.
    case storeFault(StoreFault)
    /// What is stored of these keys is not what was written.
    case keysDamaged(prefixes: [String])
    /// Changes are refused for what an operator has to see to.
    case barred(WriteBar)
    /// The files that are open are in their places again.
    case filesBack
    case unknownKeys(UnknownKeys.Share)
    /// The group of operators, by its name, does not exist.
    case operatorGroupMissing(String)
    /// A call was answered `internalError`.
    case callFailed(method: String, user: UInt32, cause: String)
    /// A connection of this uid was cut off, because it did not read the events that it had subscribed to.
    case subscriberCutOff(user: UInt32)
    /// A run of a sweep has ended.
    case sweep(SweepReport)
    /// The wall clock has jumped, or is believed again.
    case clock(ClockState)
}
