internal import KeywardClient
internal import KeywardDisplay

/// An event as a line.
struct EventRow {
    private static let typeWidth = 12

    let event: Event
    private let facts: Facts

    /// The displayed details of an event.
    private struct Facts: Decodable {
        var name: String?
        var prefix: String?
        var formerName: String?
        var reason: String?
        var days: Int?
        var from: String?
        var to: String?
        var principal: String?
        var role: String?
        var verifier: Bool?
        var uid: UInt32?
        var address: String?
        var count: Int?

        /// What a member may do.
        var grants: String {
            let words = [role == "none" ? nil : role, verifier == true ? "verifier" : nil].compactMap { $0 }
            return words.isEmpty ? "member" : words.joined(separator: " and ")
        }

        var sweep: String?
        var budget: String?
        var remaining: Int?
    }

    init(_ event: Event) {
        self.event = event
        facts = (try? JSONCoding.decode(Facts.self, from: Array(event.details.text.utf8))) ?? Facts()
    }

    /// Tab-separated values.
    func tabSeparated(_ palette: Palette) -> String {
        let type = palette.paint(event.type.rawValue.printable, tone)
        let values = [
            String(event.seq), event.at.description, type, event.workspace ?? "-", facts.name ?? "-",
            facts.prefix ?? "-", event.keyId ?? "-", event.actor.shown, event.details.text,
        ]
        return values.map { $0 == type ? type : $0.printable }.joined(separator: "\t") + "\n"
    }

    /// For a terminal.
    func rendered(_ palette: Palette) -> String {
        let place = event.keyId == nil ? nil : event.workspace.map { "in \($0)" }
        let words = [subject, remark, place, "by \(event.actor.shown)"].compactMap { $0?.printable }
        let type = event.type.rawValue.printable.padded(to: Self.typeWidth)
        return palette.paint(LocalTime.second(event.at), .faint) + "  " + palette.paint(type, tone) + "  "
            + words.joined(separator: " ") + "\n"
    }

    private var tone: Tone {
        switch event.type.action {
        case .keyExpiring, .keyStale, .creditsLow: .notice
        case .keyRevoked, .keyExpired, .creditsExhausted, .auditTailMissing: .bad
        default: .strong
        }
    }

    private var subject: String? {
        if let name = facts.name { return facts.prefix.map { "\(name) (\($0))" } ?? name }
        if let sweep = facts.sweep { return sweep }
        if let budget = facts.budget { return "budget \(budget)" }
        return event.keyId ?? event.workspace.map { "workspace \($0)" }
    }

    private var remark: String? {
        switch event.type.action {
        case .keyUpdated, .workspaceRenamed: facts.formerName.map { "was \($0)" }
        case .keyExpiring: facts.days.map { $0 == 1 ? "within a day" : "within \($0) days" }
        case .planChanged: facts.from.flatMap { from in facts.to.map { "from \(from) to \($0)" } }
        case .memberGranted: facts.principal.map { "\($0) as \(facts.grants)" }
        case .memberRemoved: facts.principal
        case .canaryUsed:
            facts.uid.map { uid in
                "by uid \(uid)" + (facts.address.map { ", client at \($0)" } ?? "")
                    + (facts.count.map { $0 == 1 ? "" : ", \($0) times" } ?? "")
            }
        case .creditsLow: facts.remaining.map { "\($0) left" }
        default: facts.reason
        }
    }
}
