import GRDB
import KeywardCore

/// The rows of `keys`. Columns are those of the list of fields (``KeyColumn``), bound and read in that order.
enum KeyTable {
    /// - Parameter renewed: the numbers of those with another digest.
    static func write(_ records: [KeyRecord], renewed: Set<Int64>, on database: Database) throws {
        guard !records.isEmpty else { return }
        let (statement, renewal) = try (
            PreparedStatement(upsert, on: database),
            renewed.isEmpty ? nil : PreparedStatement(upsert + ", digest = excluded.digest", on: database)
        )
        for record in records {
            let statement = renewed.contains(record.number) ? renewal ?? statement : statement
            try statement.run { row in record.withColumns { $0.forEach { row.add($0) } } }
        }
        let greatest = records.reduce(0) { max($0, $1.number) }
        try PreparedStatement("UPDATE meta SET last_key = max(last_key, ?)", on: database).run { $0.add(greatest) }
    }

    /// Writes only the ledger slots of keys: no index changes.
    static func write(_ places: [KeyLedgerSlot], on database: Database) throws {
        guard !places.isEmpty else { return }
        let sql = "UPDATE keys SET ledger_slot = ?, ledger_generation = ? WHERE number = ?"
        let statement = try PreparedStatement(sql, on: database)
        for place in places {
            try statement.run {
                $0.add(place.place.slot)
                $0.add(place.place.generation)
                $0.add(place.key)
            }
        }
    }

    /// Deletes keys, with their usage and requests, and leaves tombstones.
    static func purge(_ numbers: [Int64], at now: Instant, on database: Database) throws {
        guard !numbers.isEmpty else { return }
        let bury = try PreparedStatement(tombstone, on: database)
        let deletions = try forgetting.map { try PreparedStatement($0, on: database) }
        for number in numbers {
            try bury.run {
                $0.add(now)
                $0.add(number)
            }
            for deletion in deletions {
                try deletion.run { $0.add(number) }
            }
        }
    }

    /// Reads the values of a row of ``columns``; the key's number. Texts are SQLite's, and valid until the next step.
    static func read(_ row: inout Columns, into values: UnsafeMutableBufferPointer<ColumnValue>) throws -> Int64 {
        row.read(kinds, into: values)
        guard case .number(let number) = values[0] else { throw SQLiteFailure.damaged }
        return number
    }

    /// In the order of binding and reading.
    static let columns = KeyColumn.all.map(\.name)

    private static let kinds = KeyColumn.all.map(\.kind)

    /// A key's id and prefix never change, its digest only when it is renewed: an update omits them, so that no index
    /// changes.
    private static let mutable = columns.filter { !["number", "id", "prefix", "digest"].contains($0) }

    private static let upsert = """
        INSERT INTO keys (\(columns.joined(separator: ", ")), seal)
        VALUES (\((1...columns.count).map { "?\($0)" }.joined(separator: ", ")), \(RowSeal.ofParameters))
        ON CONFLICT (number) DO UPDATE
        SET \((mutable + ["seal"]).map { "\($0) = excluded.\($0)" }.joined(separator: ", "))
        """

    /// The reason is what ended the key first, except that a revocation always has priority.
    private static let tombstone = """
        INSERT INTO tombstones (id, digest, reason, purged_at)
        SELECT id, digest, CASE
            WHEN revoke_reason IS NOT NULL THEN revoke_reason
            WHEN grace_ends_at IS NOT NULL AND (expires_at IS NULL OR grace_ends_at < expires_at) THEN 'superseded'
            ELSE 'expired' END, ?
        FROM keys WHERE number = ?
        ON CONFLICT (id) DO NOTHING
        """

    private static let forgetting = [
        "DELETE FROM usage WHERE key = ?", "DELETE FROM usage_hours WHERE key = ?",
        "DELETE FROM usage_peers WHERE key = ?", "DELETE FROM refusal_hours WHERE key = ?",
        "DELETE FROM requests WHERE key = ?",
        "DELETE FROM keys WHERE number = ?",
    ]
}
