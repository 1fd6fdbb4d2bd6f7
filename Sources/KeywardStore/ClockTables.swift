import GRDB
import KeywardCore

/// The stored decision clock, in the row of `meta`; and the times that go back with it.
enum ClockTables {
    static func load(on database: Database) throws -> ClockRecord? {
        let sql = """
            SELECT clock_wall, clock_boot_time, clock_boot, clock_unproven FROM meta WHERE clock_wall IS NOT NULL
            """
        return try PreparedStatement(sql, on: database).all { row in
            ClockRecord(
                wall: row.instant(), bootTime: Instant.Span(milliseconds: row.int64()), boot: row.text(),
                unproven: Instant.Span(milliseconds: row.int64()))
        }.first
    }

    static func write(_ clock: ClockRecord, on database: Database) throws {
        let sql = "UPDATE meta SET clock_wall = ?, clock_boot_time = ?, clock_boot = ?, clock_unproven = ?"
        try PreparedStatement(sql, on: database).run { row in
            row.add(clock.wall)
            row.add(clock.bootTime.milliseconds)
            row.add(clock.boot)
            row.add(clock.unproven.milliseconds)
        }
    }

    /// Sets the mark, and moves later times back to it. Keys are not examined, and the audit trail is never changed.
    static func setBack(to mark: Instant, on database: Database) throws {
        for sql in [
            "UPDATE meta SET mark = ?", "UPDATE workspaces SET created_at = ?1 WHERE created_at > ?1",
            "UPDATE grants SET granted_at = ?1 WHERE granted_at > ?1",
            "UPDATE requests SET at = ?1 WHERE at > ?1", "UPDATE tombstones SET purged_at = ?1 WHERE purged_at > ?1",
            "UPDATE usage SET last_used_at = ?1 WHERE last_used_at > ?1",
            "UPDATE usage_peers SET last_used_at = ?1 WHERE last_used_at > ?1",
        ] {
            try PreparedStatement(sql, on: database).run { $0.add(mark) }
        }
        try AllowanceTables.setBack(to: mark.day, on: database)
        let later = """
            INSERT INTO usage_hours (key, hour, valid, refused)
            SELECT key, ?1, sum(valid), sum(refused) FROM usage_hours WHERE hour > ?1 GROUP BY key
            ON CONFLICT (key, hour) DO UPDATE SET
                valid = valid + excluded.valid, refused = refused + excluded.refused
            """
        try PreparedStatement(later, on: database).run { $0.add(mark.hour) }
        try PreparedStatement("DELETE FROM usage_hours WHERE hour > ?", on: database).run { $0.add(mark.hour) }
    }
}
