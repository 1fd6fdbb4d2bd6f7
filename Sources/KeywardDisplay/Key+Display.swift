package import KeywardProtocol

extension Account {
    /// Its login, otherwise its number.
    package var shown: String { user ?? "uid \(uid)" }
}

extension Key {
    /// `prod-main-app (kw_8FqL2mXw)`.
    package var shown: String { "\(name) (\(prefix))" }

    /// `never expires`, `expires 21 Feb 2027`.
    package func expiryClause(now: Timestamp) -> String {
        guard let expiresAt else { return "never expires" }
        return (expiresAt <= now ? "expired " : "expires ") + LocalTime.end(expiresAt)
    }
}

extension Key.Status {
    /// Whether a key with this status has ended permanently.
    package var isEnded: Bool { [.revoked, .superseded, .expired].contains(self) }

    /// The statuses of keys that have not ended.
    package static let live = known.filter { !$0.isEnded }
}
