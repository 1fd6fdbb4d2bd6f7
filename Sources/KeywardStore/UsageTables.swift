import GRDB
import KeywardCore

/// The rows of `usage`, `usage_hours` and `usage_peers`.
enum UsageTables {
    /// Writes absolute totals; those of a key that is not there, purged meanwhile, are dropped.
    ///
    /// In the order of the keys, so that SQLite goes through each tree once from left to right; of two rows of one
    /// key and hour the later one counts, and sorting keeps their order.
    static func write(_ usage: UsageFlush, on database: Database) throws {
        try write(usage.totals.sorted { $0.key < $1.key }, by: totals, on: database) { total, row in
            row.add(total.key)
            row.add(total.valid)
            row.add(total.refused)
            row.add(total.lastUsedAt)
            row.add(total.lastUsedBy)
        }
        try write(usage.hours.sorted { $0.key < $1.key }, by: hours, on: database) { hour, row in
            row.add(hour.key)
            row.add(hour.hour)
            row.add(hour.valid)
            row.add(hour.refused)
        }
        try write(usage.peers.sorted { $0.key < $1.key }, by: peers, on: database) { peer, row in
            row.add(peer.key)
            row.add(peer.uid)
            row.add(peer.valid)
            row.add(peer.lastUsedAt)
        }
    }

    /// At most `limit` of them, found by the index on hours.
    static func forgetHours(before hour: Int64, limit: Int, on database: Database) throws {
        let sql = """
            DELETE FROM usage_hours WHERE (key, hour) IN (SELECT key, hour FROM usage_hours WHERE hour < ? LIMIT ?)
            """
        try PreparedStatement(sql, on: database).run {
            $0.add(hour)
            $0.add(Int64(limit))
        }
    }

    static func hours(ofKey number: Int64, in range: Range<Int64>, on database: Database) throws -> [HourUsage] {
        let sql = """
            SELECT key, hour, valid, refused FROM usage_hours
            WHERE key = ? AND hour >= ? AND hour < ? ORDER BY hour
            """
        return try PreparedStatement(sql, on: database).all({
            $0.add(number)
            $0.add(range.lowerBound)
            $0.add(range.upperBound)
        }) { readHour(&$0) }
    }

    static func hours(from hour: Int64, on database: Database) throws -> [HourUsage] {
        let sql = "SELECT key, hour, valid, refused FROM usage_hours WHERE hour >= ? ORDER BY key, hour"
        return try PreparedStatement(sql, on: database).all({ $0.add(hour) }) { readHour(&$0) }
    }

    static let totalsSelection = "SELECT key, valid, refused, last_used_at, last_used_by FROM usage ORDER BY key"
    static let peersSelection = "SELECT key, uid, valid, last_used_at FROM usage_peers ORDER BY key, uid"

    static func readTotals(_ row: inout Columns) throws -> UsageTotals {
        UsageTotals(
            key: row.int64(), valid: row.int64(), refused: row.int64(), lastUsedAt: row.optionalInstant(),
            lastUsedBy: try row.optionalUInt32())
    }

    static func readPeer(_ row: inout Columns) throws -> PeerShare {
        PeerShare(key: row.int64(), uid: try row.uint32(), valid: row.int64(), lastUsedAt: row.instant())
    }

    private static func readHour(_ row: inout Columns) -> HourUsage {
        HourUsage(key: row.int64(), hour: row.int64(), valid: row.int64(), refused: row.int64())
    }

    /// Most rows are there already: each is looked for once, and only one that is missing costs more.
    private static func write<Row>(
        _ rows: [Row], by statements: (update: String, insert: String), on database: Database,
        bind: (Row, inout Bindings) -> Void
    ) throws {
        guard !rows.isEmpty else { return }
        let update = try PreparedStatement(statements.update, on: database)
        let insert = try PreparedStatement(statements.insert, on: database)
        for row in rows {
            if try update.runCountingChanges({ bind(row, &$0) }) == 0 { try insert.run { bind(row, &$0) } }
        }
    }

    private static let totals = (
        update: "UPDATE usage SET valid = ?2, refused = ?3, last_used_at = ?4, last_used_by = ?5 WHERE key = ?1",
        insert: """
        INSERT INTO usage (key, valid, refused, last_used_at, last_used_by)
        SELECT ?1, ?2, ?3, ?4, ?5 WHERE EXISTS (SELECT 1 FROM keys WHERE number = ?1)
        """
    )

    private static let hours = (
        update: "UPDATE usage_hours SET valid = ?3, refused = ?4 WHERE key = ?1 AND hour = ?2",
        insert: """
        INSERT INTO usage_hours (key, hour, valid, refused)
        SELECT ?1, ?2, ?3, ?4 WHERE EXISTS (SELECT 1 FROM keys WHERE number = ?1)
        """
    )

    private static let peers = (
        update: "UPDATE usage_peers SET valid = ?3, last_used_at = ?4 WHERE key = ?1 AND uid = ?2",
        insert: """
        INSERT INTO usage_peers (key, uid, valid, last_used_at)
        SELECT ?1, ?2, ?3, ?4 WHERE EXISTS (SELECT 1 FROM keys WHERE number = ?1)
        """
    )
}
