internal import KeywardClient

/// A key, piece by piece, for people and for programs.
struct KeyCells: Sendable {
    let key: Key
    let now: Timestamp

    static let columns = [
        Table.Column("NAME", least: 12), Table.Column("PREFIX"), Table.Column("USED"),
        Table.Column("LAST USED", least: 12), Table.Column("EXPIRES"), Table.Column("STATUS"),
        Table.Column("ACTIONS", least: 8),
    ]

    var row: [Cell] {
        [
            Cell(key.name, isOver ? .faint : .strong), Cell(key.prefix, isOver ? .faint : .plain), used, lastUsed,
            expires, status, actions,
        ]
    }

    /// Whether it will never verify again.
    var isOver: Bool { [.revoked, .superseded, .expired].contains(key.status) }

    var used: Cell {
        Cell(screen: Count.short(key.usageCount), exact: String(key.usageCount), isOver ? .faint : .plain)
    }

    var lastUsed: Cell {
        guard let at = key.lastUsedAt else { return Cell("never", .faint) }
        let account = key.lastUsedBy.map { " by \($0.shown)" } ?? ""
        let screen = RelativeTime.text(at, now: now) + account
        return Cell(screen: screen, exact: at.description, isOver ? .faint : .plain)
    }

    var expires: Cell {
        guard let at = key.expiresAt else { return Cell("never", .faint) }
        let tone: Tone = isOver ? .faint : key.facts.contains(.expiring) ? .notice : .plain
        return Cell(screen: RelativeTime.text(at, now: now), exact: at.description, tone)
    }

    var status: Cell { Cell(key.status.rawValue, key.status.tone) }

    /// Everything may be updated as long as it lives; that goes without saying on a screen.
    var actions: Cell {
        Cell(
            screen: key.actions.filter { $0 != .update }.map(\.rawValue).joined(separator: " "),
            exact: key.actions.map(\.rawValue).joined(separator: " "), .faint)
    }
}

extension Key.Status {
    var tone: Tone {
        switch self {
        case .active: .good
        case .expiring, .stale, .retiring: .notice
        case .suspended, .disabled: .bad
        case .revoked, .superseded, .expired: .faint
        default: .plain
        }
    }
}

extension Account {
    /// Its login, else its number.
    var shown: String { user ?? "uid \(uid)" }
}

extension Key {
    /// `prod-main-app (kw_8FqL2mXw)`.
    var shown: String { "\(name) (\(prefix))" }

    /// `never expires`, `expires 21 Feb 2027`.
    func expiryClause(now: Timestamp) -> String {
        guard let expiresAt else { return "never expires" }
        return (expiresAt <= now ? "expired " : "expires ") + LocalTime.end(expiresAt)
    }
}
