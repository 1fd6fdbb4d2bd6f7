import GRDB
import KeywardCore

/// The rows of `usage`, `usage_hours` and `usage_peers`.
enum UsageTables {
    /// Writes absolute totals; those of a missing key, purged meanwhile, are dropped.
    ///
    /// Writes are in the order of keys, so that SQLite passes each tree once from left to right. Of two rows of one key
    /// and hour the later one counts; sorting keeps their order.
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
        try add(usage.refusals, on: database)
        try write(usage.peers.sorted { $0.key < $1.key }, by: peers, on: database) { peer, row in
            row.add(peer.key)
            row.add(peer.uid)
            row.add(peer.valid)
            row.add(peer.lastUsedAt)
        }
    }

    /// Deletes at most `limit` of each kind, found by the indices on hours; returns the greater number.
    static func forgetHours(before hour: Int64, limit: Int, on database: Database) throws -> Int {
        try [
            "DELETE FROM usage_hours WHERE (key, hour) IN (SELECT key, hour FROM usage_hours WHERE hour < ? LIMIT ?)",
            """
            DELETE FROM refusal_hours WHERE (key, hour, uid, code) IN
                (SELECT key, hour, uid, code FROM refusal_hours WHERE hour < ? LIMIT ?)
            """,
        ].map { sql in
            Int(
                try PreparedStatement(sql, on: database).runCountingChanges {
                    $0.add(hour)
                    $0.add(Int64(limit))
                })
        }.max() ?? 0
    }

    /// Refusals are rare: each flush adds its counts to the stored ones.
    private static func add(_ refusals: [RefusalHour], on database: Database) throws {
        let sql = """
            INSERT INTO refusal_hours (key, hour, uid, code, count, last_at)
            SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE EXISTS (SELECT 1 FROM keys WHERE number = ?1)
            ON CONFLICT (key, hour, uid, code)
                DO UPDATE SET count = count + excluded.count, last_at = max(last_at, excluded.last_at)
            """
        for refusal in refusals.sorted(by: { ($0.key, $0.hour) < ($1.key, $1.hour) }) {
            try PreparedStatement(sql, on: database).run { row in
                row.add(refusal.key)
                row.add(refusal.hour)
                row.add(refusal.uid)
                row.add("\(refusal.code)")
                row.add(refusal.count)
                row.add(refusal.lastAt)
            }
        }
    }

    static func refusals(ofKey number: Int64, in range: Range<Int64>, on database: Database) throws -> [RefusalHour] {
        let sql = """
            SELECT key, hour, uid, code, count, last_at FROM refusal_hours
            WHERE key = ? AND hour >= ? AND hour < ? ORDER BY hour, uid, code
            """
        return try PreparedStatement(sql, on: database).all({
            $0.add(number)
            $0.add(range.lowerBound)
            $0.add(range.upperBound)
        }) { try readRefusal(&$0) }
    }

    /// The last refusals of the most recently refused keys, the earliest first. It costs a few searches for each key
    /// that has any, whatever the number of hours.
    static func lastRefusals(atMost limit: Int, on database: Database) throws -> [RefusalHour] {
        try PreparedStatement(lastRefusalsSelection, on: database).all({ $0.add(Int64(limit)) }) {
            try readRefusal(&$0)
        }
        .reversed()
    }

    // For each group with one max(), SQLite returns the other columns of the row with the maximum.
    static let lastRefusalsSelection = """
        WITH RECURSIVE refused (key) AS (
            SELECT min(key) FROM refusal_hours
            UNION ALL
            SELECT (SELECT min(key) FROM refusal_hours WHERE key > refused.key) FROM refused WHERE key IS NOT NULL
        )
        SELECT hours.key, hour, uid, code, count, max(last_at) AS last
            FROM refused CROSS JOIN refusal_hours AS hours ON hours.key = refused.key
                AND hour = (SELECT max(hour) FROM refusal_hours WHERE key = refused.key)
            GROUP BY hours.key ORDER BY last DESC LIMIT ?
        """

    private static func readRefusal(_ row: inout Columns) throws -> RefusalHour {
        let (key, hour, uid, word) = (row.int64(), row.int64(), try row.uint32(), row.text())
        // A word of a later version, for example, has no meaning in this one.
        let code = Verdict.Code.allCases.first { "\($0)" == word } ?? .notFound
        return RefusalHour(key: key, hour: hour, uid: uid, code: code, count: row.int64(), lastAt: row.instant())
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

    /// The hours since `hour`, in no order.
    static func hours(from hour: Int64, on database: Database) throws -> [HourUsage] {
        let oldest =
            try PreparedStatement("SELECT coalesce(min(hour), 0) FROM usage_hours", on: database)
            .all { $0.int64() }.first ?? 0
        let sql = hour - oldest < Self.fewHours ? fewHoursSelection : laterHoursSelection
        return try PreparedStatement(sql, on: database).all({ $0.add(hour) }) { readHour(&$0) }
    }

    /// A search for a row takes as long as reading some rows in their order. So the index serves only where most rows
    /// can be of earlier hours.
    private static let fewHours: Int64 = 4

    // SQLite has no index for the value of an expression.
    static let fewHoursSelection = "SELECT key, hour, valid, refused FROM usage_hours WHERE +hour >= ?"
    static let laterHoursSelection =
        "SELECT key, hour, valid, refused FROM usage_hours INDEXED BY usage_hours_by_hour WHERE hour >= ?"

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

    /// Most rows exist: each is updated first, and only a missing one costs more.
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
