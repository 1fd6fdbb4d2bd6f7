import GRDB
import KeywardCore

/// Checks the seals of rows, some at a time.
enum KeyRowCheck {
    /// Checks the rows after `number`, at most `limit`.
    static func run(
        after number: Int64, limit: Int, allAreSealed: Bool, without removed: Set<UInt32>, on database: Database
    ) throws -> KeyCheck {
        var check = KeyCheck()
        let sql = """
            SELECT number, prefix, pepper, seal IS NULL, seal IS \(RowSeal.expression) FROM keys
            WHERE number > ? ORDER BY number LIMIT ?
            """
        try PreparedStatement(sql, on: database).forEach {
            $0.add(number)
            $0.add(Int64(limit))
        } _: { row in
            let (number, prefix, pepper) = (row.int64(), row.text(), row.int64())
            let (isBare, isSound) = (row.bool(), row.bool())
            check.last = number
            // No key is left for it; it belongs to a key that has ended.
            if removed.contains(UInt32(truncatingIfNeeded: pepper)) { return true }
            if isBare ? allAreSealed : !isSound { check.damaged.append(prefix) }
            return true
        }
        return check
    }

    /// Seals the unsealed rows after `number` up to `last`.
    static func seal(after number: Int64, to last: Int64, on database: Database) throws {
        let sql = "UPDATE keys SET seal = \(RowSeal.expression) WHERE number > ? AND number <= ? AND seal IS NULL"
        try PreparedStatement(sql, on: database).run {
            $0.add(number)
            $0.add(last)
        }
    }

    /// Whether every row has a seal, so that one without is damaged.
    static func allAreSealed(on database: Database) throws -> Bool {
        try PreparedStatement("SELECT rows_sealed FROM meta", on: database).all { $0.bool() }.first ?? false
    }

    static func noteThatAllAreSealed(on database: Database) throws {
        try PreparedStatement("UPDATE meta SET rows_sealed = 1", on: database).run()
    }
}
