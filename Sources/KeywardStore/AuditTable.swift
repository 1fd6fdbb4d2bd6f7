import GRDB
import KeywardCore

/// The rows of `audit`: entries are added and read, never changed.
enum AuditTable {
    /// Appends entries, each of which must follow the last one.
    static func append(_ records: [AuditRecord], on database: Database) throws {
        guard !records.isEmpty else { return }
        var expected = (try head(on: database)?.seq ?? 0) + 1
        let statement = try PreparedStatement(insertion, on: database)
        for record in records {
            guard record.seq == expected else { throw SQLiteFailure.refused }
            try statement.run { bind(record, to: &$0) }
            expected += 1
        }
    }

    /// The end of the chain.
    static func head(on database: Database) throws -> AuditRecord? {
        try PreparedStatement("\(selection) ORDER BY seq DESC LIMIT 1", on: database).all { try read(&$0) }.first
    }

    /// Whether the last entry about a loss records a lost end of the chain, not its acknowledgement.
    static func hasLoss(on database: Database) throws -> Bool {
        let sql = """
            SELECT action = 'audit.tailMissing' FROM audit INDEXED BY audit_of_losses
            WHERE action IN ('audit.tailMissing', 'audit.acknowledged') ORDER BY seq DESC LIMIT 1
            """
        return try PreparedStatement(sql, on: database).all { $0.bool() }.first ?? false
    }

    static func entries(matching query: AuditQuery, on database: Database) throws -> [AuditRecord] {
        try PreparedStatement(sql(for: query), on: database).all({ row in
            if let workspace = query.workspace { row.add(workspace) }
            if let keyID = query.keyID { row.add(keyID) }
            row.add(query.after)
            row.add(query.before)
            row.add(Int64(max(0, query.limit)))
        }) { try read(&$0) }
    }

    static func visit(on database: Database, _ visit: (AuditRecord) -> Bool) throws {
        try PreparedStatement("\(selection) ORDER BY seq", on: database).forEach { visit(try read(&$0)) }
    }

    /// The SQL text for a query. It names the index to use: a key has few entries, a workspace many.
    static func sql(for query: AuditQuery) -> String {
        let filter =
            switch (query.workspace, query.keyID) {
            case (nil, nil): "WHERE"
            case (_?, nil): "INDEXED BY audit_by_workspace WHERE workspace = ? AND"
            case (nil, _?): "INDEXED BY audit_by_key WHERE key_id = ? AND"
            case (_?, _?): "INDEXED BY audit_by_key WHERE workspace = ? AND key_id = ? AND"
            }
        return "\(selection) \(filter) seq > ? AND seq < ? ORDER BY seq\(query.isNewestFirst ? " DESC" : "") LIMIT ?"
    }

    private static let selection =
        "SELECT seq, at, uid, user, action, workspace, key_id, details, pepper, hash FROM audit"

    private static let insertion = """
        INSERT INTO audit (seq, at, uid, user, action, workspace, key_id, details, pepper, hash)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """

    private static func bind(_ record: AuditRecord, to row: inout Bindings) {
        row.add(record.seq)
        row.add(record.at)
        row.add(record.actor)
        row.add(record.action)
        row.add(record.workspace)
        row.add(record.keyID)
        row.add(record.details)
        row.add(record.pepper.rawValue)
        row.add(record.hash)
    }

    private static func read(_ row: inout Columns) throws -> AuditRecord {
        AuditRecord(
            seq: row.int64(), at: row.instant(), actor: try row.actor(), action: row.text(),
            workspace: row.optionalText(), keyID: row.optionalText(), details: row.text(),
            pepper: PepperID(rawValue: try row.uint32()), hash: try row.digest())
    }
}
