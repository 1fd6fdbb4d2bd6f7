import KeywardCore
import KeywardProtocol

/// The facts about the daemon at a moment that determine the notices for an operator. All of it is in memory:
/// `system.ping` answers on an event loop.
struct DaemonFacts: Sendable {
    var store = StoreHealth.writable
    /// Why changes are refused although the store is writable.
    var bar: WriteBar?
    /// Whether the audit trail records a loss of entries that no operator has acknowledged.
    var hasLoss = false
    /// The prefixes of keys whose rows are damaged.
    var damagedKeys: [String] = []
    /// The operators' group, if it does not exist and users other than root could be in it.
    var missingOperatorGroup: String?
    var clock = ClockState.agrees
    /// The part of the trusted time that nobody has measured.
    var unproven = Instant.Span(milliseconds: 0)

    /// From this length on, a notice reports how long the host was off.
    static let longOff: Instant.Span = .days(30)

    /// The notices for an operator, the most severe first. A notice stays until somebody fixes its cause.
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
                    message: "The newest entries of the audit trail were missing at a start. An older database was put "
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
        if let notice = clockNotice { notices.append(notice) }
        return notices
    }

    private var clockNotice: Notice? {
        let remedy = ["clock", "accept"]
        switch clock {
        case .leads(let span):
            return Notice(
                code: "clockLeads",
                message: "The wall clock is \(ClockText.span(span)) ahead of the time that has passed, and is not "
                    + "trusted. Sweeps wait, and keys expire by the time that has passed. Set the clock right, or "
                    + "accept it.", remedy: remedy)
        case .lags(let span):
            return Notice(
                code: "clockLags",
                message: "Keyward's time is \(ClockText.span(span)) ahead of the wall clock. Keys may be refused as "
                    + "expired, and sweeps wait. Set the clock right, or accept it.", remedy: remedy)
        case .agrees:
            guard unproven >= Self.longOff else { return nil }
            return Notice(
                code: "clockUnproven",
                message: "By the wall clock, Keyward was off for \(ClockText.span(unproven)). The stale and retention "
                    + "sweeps do not count that time. If the clock is right, accept it.", remedy: remedy)
        }
    }
}
