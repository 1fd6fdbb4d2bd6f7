import KeywardCore
import KeywardProtocol

/// An event for subscribers.
enum EventRecord: Sendable {
    case entry(AuditRecord, Event.Kind)
    /// A finished sweep, with the newest entry at that moment.
    case sweep(SweepReport, seq: Int64, daemon: Actor)

    var type: Event.Kind {
        switch self {
        case .entry(_, let type): type
        case .sweep: .sweepFinished
        }
    }

    /// The workspace concerned; `nil` for the host.
    var workspace: String? {
        if case .entry(let record, _) = self { record.workspace } else { nil }
    }

    /// Whether it may change which subscriber may receive what.
    var changesRoles: Bool {
        [.memberGranted, .memberRemoved, .workspaceCreated].contains(type.action)
    }

    /// The event without the subscription's id.
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
