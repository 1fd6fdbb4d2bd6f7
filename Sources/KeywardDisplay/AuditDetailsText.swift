package import KeywardProtocol

/// The details of an audit entry, as text.
package struct AuditDetailsText {
    package var name: String?
    package var prefix: String?
    package var principal: String?
    /// `compromised, confirmed`.
    package var words: String

    /// The members that have their own column.
    private static let apart: Set<String> = ["name", "prefix", "principal", "id", "predecessor", "successor", "at"]

    /// The order of the members; others come last.
    private static let order = [
        "reason", "note", "formerName", "from", "role", "verifier", "days", "expiresAt", "expires", "endedAt",
        "lastUsedAt",
        "owner", "purpose", "scopes", "metadata", "addresses", "budget", "limits", "credits", "refill", "remaining",
        "plan", "tag", "confirmed",
    ]

    package init(_ details: JSONText, now: Timestamp) {
        let members = (try? JSONCoding.decode([String: Value].self, from: Array(details.text.utf8))) ?? [:]
        (name, prefix, principal) = (members["name"]?.text, members["prefix"]?.text, members["principal"]?.text)
        let rest = members.keys.filter { !Self.apart.contains($0) && !Self.order.contains($0) }.sorted()
        words = (Self.order + rest).compactMap { member in
            members[member].flatMap { Self.phrase(member, $0, members, now) }
        }.joined(separator: ", ")
    }

    private static func phrase(
        _ member: String, _ value: Value, _ members: [String: Value], _ now: Timestamp
    ) -> String? {
        switch member {
        case "reason": value.text == "other" && members["note"] != nil ? nil : spaced(value.text)
        case "note": value.text
        case "formerName": "was \(value.text)"
        case "from": "from \(value.text) to \(members["to"]?.text ?? "-")"
        case "to" where members["from"] != nil: nil
        case "role": value.text == "none" ? nil : "as \(value.text)"
        case "verifier": value.text == "true" ? "verifier" : "no verifier"
        case "days": "within \(CountText.of(Int(value.text) ?? 0, "day"))"
        case "expires": "never expires"
        case "expiresAt": Timestamp(value.text).map { "expires \(LocalTime.end($0))" }
        case "lastUsedAt": Timestamp(value.text).map { "last used \(RelativeTime.text($0, now: now))" }
        case "confirmed": value.text == "true" ? "confirmed" : nil
        case "metadata": "new metadata"
        default:
            value.text.isEmpty
                ? "no \(spaced(member))"
                : "\(spaced(member)) \(Timestamp(value.text).map { LocalTime.dayAndMinute($0) } ?? value.text)"
        }
    }

    /// `ownerLeft` is `owner left`.
    private static func spaced(_ word: String) -> String {
        word.map { $0.isUppercase ? " " + $0.lowercased() : String($0) }.joined()
    }

    /// A member's value: a text as it is, texts separated by spaces, anything else as JSON.
    private struct Value: Decodable {
        var text: String

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self.text = text
            } else if let texts = try? container.decode([String].self) {
                text = texts.joined(separator: " ")
            } else {
                text = try container.decode(JSONText.self).text
            }
        }
    }
}
