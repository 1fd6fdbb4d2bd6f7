internal import KeywardClient

/// What an open page has of the table, as the page says it when it asks for news: `41-8f3a…-77b0…`.
struct RowsMark: Hashable, Sendable {
    /// The newest audit entry of the workspace, from before the keys were listed; 0 if it is not known.
    var seq = 0
    /// Which keys, and all of them but their uses. As long as it stays, they are the right rows.
    private(set) var standing: UInt64
    /// Their uses, which are no audit entries.
    private(set) var uses: UInt64

    init(_ keys: [Key], seq: Int = 0) {
        self.seq = seq
        // FNV-1a: it must be the same in every process.
        (standing, uses) = (0xCBF2_9CE4_8422_2325, 0xCBF2_9CE4_8422_2325)
        for key in keys {
            let facts = [key.id, key.name, key.status.rawValue, "\(key.expiresAt?.milliseconds ?? 0)"]
            let more = (key.facts.map(\.rawValue) + key.actions.map(\.rawValue)).joined(separator: ",")
            Self.add("\(facts.joined(separator: " ")) \(more) ", to: &standing)
            Self.add("\(key.usageCount) \(key.lastUsedAt?.milliseconds ?? 0) ", to: &uses)
        }
    }

    /// Reads the text of a mark.
    init?(_ text: String) {
        let parts = text.split(separator: "-")
        guard parts.count == 3, let seq = Int(parts[0]), let standing = UInt64(parts[1], radix: 16),
            let uses = UInt64(parts[2], radix: 16)
        else { return nil }
        (self.seq, self.standing, self.uses) = (seq, standing, uses)
    }

    var text: String { "\(seq)-\(String(standing, radix: 16))-\(String(uses, radix: 16))" }

    private static func add(_ text: String, to hash: inout UInt64) {
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }
}
