import KeywardCore
import KeywardProtocol

/// What is known of the daemon at a moment, and decides what an operator should know. All of it is in memory:
/// `system.ping` answers on an event loop.
struct DaemonFacts: Sendable {
    var store = StoreHealth.writable
    /// Why changes are refused although the store could take them.
    var bar: WriteBar?
    /// Whether the audit trail tells of lost entries, and not that an operator knows.
    var hasLoss = false
    /// The prefixes of keys whose rows are damaged.
    var damagedKeys: [String] = []
    /// The group of operators, if it does not exist and others than root could be in it.
    var missingOperatorGroup: String?

    /// What an operator should know now, the gravest first. What a notice tells holds until somebody mends it.
    var notices: [Notice] {
        var notices: [Notice] = []
        if store != .writable {
            notices.append(
                Notice(
                    code: "storeReadOnly",
                    message: "The database cannot be written: keys are verified, changes are refused. "
                        + "Make room in the state folder."))
        }
        if let bar { notices.append(bar.notice) }
        if hasLoss {
            notices.append(
                Notice(
                    code: "auditTailMissing",
                    message: "The newest entries of the audit trail were missing at a start: an older database was put "
                        + "in place, or somebody cut this one. Find out who did it, then acknowledge it.",
                    remedy: ["audit", "acknowledge"]))
        }
        if !damagedKeys.isEmpty {
            let (some, more) = (damagedKeys.prefix(5).joined(separator: ", "), damagedKeys.count - 5)
            notices.append(
                Notice(
                    code: "keysDamaged",
                    message: "What the database has of these keys was changed by the disk or by another program: "
                        + some + (more > 0 ? " and \(more) more" : "")
                        + ". Compare each with its audit entries, then update, rotate or revoke it."))
        }
        if let missingOperatorGroup {
            notices.append(
                Notice(
                    code: "operatorGroupMissing",
                    message:
                        "The operator group \(missingOperatorGroup) does not exist: nobody but root is an operator. "
                        + "Create it, or correct operatorGroup in the configuration."))
        }
        return notices
    }
}

extension Application {
    /// What is known of the daemon now.
    var facts: DaemonFacts {
        DaemonFacts(
            store: authority.storeHealth, bar: authority.writeBar, hasLoss: authority.hasUnacknowledgedLoss,
            damagedKeys: keyRows.withLock { $0.damaged }, missingOperatorGroup: operatorGroup.missing)
    }
}
