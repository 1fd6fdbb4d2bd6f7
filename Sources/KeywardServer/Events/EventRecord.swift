import KeywardCore
import KeywardProtocol

/// What subscribers are told of.
enum EventRecord: Sendable {
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
            guard let details = try? JSONCoding.string(of: SweepState.Report(report)) else { return nil }
            return Event(
                subscription: "", type: type, at: Timestamp(report.at), seq: Int(seq), workspace: nil, keyId: nil,
                actor: Account(daemon), details: JSONText(details))
        }
    }
}
