internal import KeywardCore
internal import Logging

/// The log entry of a sweep, or of the clock that sweeps use.
struct SweepEntry {
    let kind: EventKind
    let level: Logger.Level
    let message: String
    let fields: Logger.Metadata

    /// The field for each kind of change.
    private static let counts: KeyValuePairs<AuditNote.Action, (field: String, words: String)> = [
        .keyExpired: ("expired", "expired"), .rotationGraceEnded: ("graceEnded", "replaced, their grace period over"),
        .keyExpiring: ("notices", "soon to expire"), .keyStale: ("stale", "stale"),
        .keyDisabled: ("disabled", "disabled"), .keyRevoked: ("revoked", "revoked"),
        .keyPurged: ("purged", "forgotten"),
    ]

    init(_ report: SweepReport) {
        let found = Self.counts.compactMap { action, count in
            report.changed[action].map { (number: $0, field: count.field, words: count.words) }
        }
        var fields: Logger.Metadata = [
            "sweep": "\(report.sweep.rawValue)", "examined": "\(report.examined)", "keys": "\(report.keys)",
            "entries": "\(report.entries)",
        ]
        for count in found { fields[count.field] = "\(count.number)" }
        let changes = found.map { "\($0.number) \($0.words)" }.joined(separator: ", ")
        var sentences = [
            "Sweep \(report.sweep.rawValue): " + (found.isEmpty ? "nothing to do" : changes) + "."
        ]
        if let held = report.held {
            fields["held"] = "\(held.count)"
            fields["heldReason"] = "\(held.reason.rawValue)"
            sentences.append(Self.sentence(held, report.sweep))
        }
        self.fields = fields
        message = sentences.joined(separator: " ")
        kind = .own(report.held != nil ? .sweepHeld : report.isQuiet ? .sweepIdle : .sweepFinished)
        level = report.isQuiet ? Self.quietLevel(report) : kind.level
    }

    init(_ state: ClockState) {
        switch state {
        case .agrees:
            (kind, fields) = (.audit(.clockAccepted), [:])
            message = "The wall clock is trusted again; sweeps continue."
        case .leads(let span):
            (kind, fields) = (.own(.clockJumped), ["clockLead": "\(span.milliseconds / 1_000)"])
            message = """
                The wall clock is \(span.milliseconds / 1_000) s ahead of the time that has passed; sweeps wait. Set \
                it right; a restart does not help. If it is right, run: keyward clock accept
                """
        case .lags(let span):
            (kind, fields) = (.own(.clockJumped), ["clockLead": "-\(span.milliseconds / 1_000)"])
            message = """
                The wall clock is \(span.milliseconds / 1_000) s behind Keyward's time; sweeps wait \
                until it has caught up, and keys may count as expired. Set it right; a restart does not help. If it \
                is right, run: keyward clock accept
                """
        }
        level = kind.level
    }

    /// The expiry sweep runs every minute, and the hourly one already shows that sweeps run.
    private static func quietLevel(_ report: SweepReport) -> Logger.Level {
        report.sweep == .expiry ? .debug : .info
    }

    private static func sentence(_ held: SweepReport.Held, _ sweep: Sweep) -> String {
        let keys = held.count == 1 ? "1 key is" : "\(held.count) keys are"
        let remedy = "To apply them, run: keyward sweep \(sweep.rawValue) --force"
        switch held.reason {
        case .clockLeads, .clockLags:
            return """
                \(keys) not changed, because the wall clock is not trusted. If it is right, run: keyward clock accept
                """
        case .tooManyKeys:
            return "\(keys) not changed, because more would end at once than the policy allows. \(remedy)"
        case .predecessorInUse:
            return """
                \(keys) kept after the wait for a successor, because of continued use. Ask the owner to use the new one, then \
                confirm the rotation: \(held.keys.prefix(5).joined(separator: ", "))
                """
        }
    }
}

extension EventLog {
    func write(_ entry: SweepEntry) {
        write(entry.kind, "\(entry.message)", entry.fields, level: entry.level)
    }
}
