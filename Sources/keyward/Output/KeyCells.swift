internal import KeywardClient
internal import KeywardDisplay

/// A key as cells, for people and for programs.
struct KeyCells: Sendable {
    let key: KeyRow
    let now: Timestamp

    /// On a narrow terminal the name is cut last.
    static let columns = [
        Table.Column("NAME", least: 10, yields: 0), Table.Column("PREFIX", least: 11), Table.Column("USED"),
        Table.Column("LAST USED", least: 6, yields: 1), Table.Column("EXPIRES", least: 6, yields: 1),
        Table.Column("STATUS"),
        Table.Column("ACTIONS", least: 0, yields: 2),
    ]

    /// In a list of all workspaces.
    static let workspaceColumn = Table.Column("WORKSPACE", least: 9, yields: 1)

    var row: [Cell] {
        [
            Cell(key.name, isOver ? .faint : .strong), Cell(key.prefix, isOver ? .faint : .plain), used, lastUsed,
            expires, status, actions,
        ]
    }

    /// Whether it has ended permanently.
    var isOver: Bool { key.status.isEnded }

    var used: Cell {
        Cell(screen: CountText.short(key.usageCount), exact: String(key.usageCount), isOver ? .faint : .plain)
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

    /// Every live key can be updated, so a terminal does not show that action.
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
        case .expiring, .stale, .retiring, .canary: .notice
        case .suspended, .disabled: .bad
        case .revoked, .superseded, .expired: .faint
        default: .plain
        }
    }
}
