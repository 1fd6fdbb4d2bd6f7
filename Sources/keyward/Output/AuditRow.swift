internal import KeywardClient
internal import KeywardDisplay

/// An audit entry as a row of a table.
struct AuditRow {
    let entry: AuditEntry
    let now: Timestamp
    private let details: AuditDetailsText

    init(_ entry: AuditEntry, now: Timestamp) {
        (self.entry, self.now) = (entry, now)
        details = AuditDetailsText(entry.details, now: now)
    }

    /// - Parameter withWorkspace: whether entries of several workspaces are listed.
    static func columns(withWorkspace: Bool) -> [Table.Column] {
        [Table.Column("SEQ"), Table.Column("WHEN"), Table.Column("WHO", least: 4, yields: 2)]
            + [Table.Column("ACTION", least: 10)]
            + (withWorkspace ? [Table.Column("WORKSPACE", least: 9, yields: 3)] : [])
            + [
                Table.Column("NAME", least: 6, yields: 1), Table.Column("PREFIX", least: 11),
                Table.Column("DETAILS", least: 4, yields: 4),
            ]
    }

    func cells(withWorkspace: Bool) -> [Cell] {
        [
            Cell(String(entry.seq), .faint), Cell(RelativeTime.text(entry.at, now: now)), Cell(entry.actor.shown),
            Cell(entry.action, .strong),
        ] + (withWorkspace ? [Cell(entry.workspace ?? "-")] : []) + [
            Cell(name), Cell(details.prefix ?? "-"), Cell(details.words, .faint),
        ]
    }

    /// The key's name, otherwise the subject of the entry.
    private var name: String { details.name ?? details.principal ?? entry.keyId ?? entry.workspace ?? "-" }

    /// The columns of tab-separated output.
    static let exactColumns = [
        "SEQ", "WHEN", "WHO", "ACTION", "WORKSPACE", "KEY", "DETAILS", "NAME", "PREFIX",
    ].map { Table.Column($0) }

    var exactCells: [Cell] {
        [
            Cell(String(entry.seq)), Cell(entry.at.description), Cell(entry.actor.shown), Cell(entry.action, .strong),
            Cell(entry.workspace ?? "-"), Cell(entry.keyId ?? "-"), Cell(entry.details.text),
            Cell(details.name ?? "-"), Cell(details.prefix ?? "-"),
        ]
    }
}
