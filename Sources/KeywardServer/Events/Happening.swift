import KeywardCore
import KeywardProtocol

/// What subscribers are told of.
enum Happening: Sendable {
    case entry(AuditRecord, Event.Kind)
    /// A sweep that has finished, with the newest entry at that moment.
    case sweep(SweepReport, seq: Int64, daemon: Actor)

    var type: Event.Kind {
        switch self {
        case .entry(_, let type): type
        case .sweep: .sweepFinished
        }
    }

    /// The workspace that it concerns; `nil` for what concerns the host.
    var workspace: String? {
        if case .entry(let record, _) = self { record.workspace } else { nil }
    }

    /// Whether it may change who may be told of what.
    var changesRoles: Bool {
        [.memberGranted, .memberRemoved, .workspaceCreated].contains(type)
    }

    /// What is told, but for the subscription.
    var event: Event? {
        switch self {
        case .entry(let record, _): return Event(AuditEntry(record), subscription: "")
        case .sweep(let report, let seq, let daemon):
            guard let details = try? JSONCoding.string(of: Details(report)) else { return nil }
            return Event(
                subscription: "", type: type, at: Timestamp(report.at), seq: Int(seq), workspace: nil, keyId: nil,
                actor: Account(daemon), details: JSONText(details))
        }
    }

    /// A sweep's report, as `sweeps.run` has it.
    private struct Details: Encodable {
        var sweep: String
        var at: Timestamp
        var dryRun: Bool
        var examined: Int
        /// How many entries of each action were written.
        var changed: Tally
        var held: Held?

        struct Held: Encodable {
            var reason: String
            var n: Int
        }

        init(_ report: SweepReport) {
            (sweep, at, dryRun) = (report.sweep.rawValue, Timestamp(report.at), report.dryRun)
            examined = report.examined
            changed = Tally(Dictionary(uniqueKeysWithValues: report.changed.map { ($0.key.rawValue, $0.value) }))
            held = report.held.map { Held(reason: $0.reason.rawValue, n: $0.count) }
        }
    }
}

extension SweepReport {
    /// Whether it is worth telling: it changed something, or held it back.
    var isEvent: Bool { !dryRun && (!changed.isEmpty || held != nil) }
}
