import GRDB
import KeywardCore

/// The rows of `keys`. Columns are named once, and bound and read in that order.
enum KeyTable {
    static func write(_ records: [KeyRecord], on database: Database) throws {
        guard !records.isEmpty else { return }
        let statement = try PreparedStatement(upsert, on: database)
        for record in records {
            try statement.run { bind(record, to: &$0) }
        }
        let greatest = records.reduce(0) { max($0, $1.number) }
        try PreparedStatement("UPDATE meta SET last_key = max(last_key, ?)", on: database).run { $0.add(greatest) }
    }

    /// Writes where keys' usage is counted, and no more of their rows: no index is touched.
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

    /// Forgets keys, with their usage and requests, but for their tombstones.
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

    /// Reads a row of ``columns``. Its texts are SQLite's, until the statement goes on.
    static func read(_ row: inout Columns, into key: inout KeyRow) throws {
        key.number = row.int64()
        key.id = row.borrowedText()
        key.workspace = row.int64()
        key.nameText = row.borrowedText()
        key.prefix = row.borrowedText()
        key.digest = try row.digest()
        key.pepper = PepperID(rawValue: try row.uint32())
        key.createdAt = row.instant()
        key.createdBy = try row.uint32()
        key.createdByUser = row.borrowedText()
        key.expiresAt = row.optionalInstant()
        key.lifetime = row.optionalSpan()
        key.hasOwner = row.bool()
        key.ownerName = row.borrowedText()
        key.ownerContact = row.borrowedText()
        key.ownerPrincipal = row.borrowedText()
        key.purpose = row.borrowedText()
        guard key.setScopes(row.borrowedText()) else { throw SQLiteFailure.damaged }
        key.metadata = row.borrowedText()
        key.disabledAt = row.optionalInstant()
        key.revocation = try readRevocation(&row)
        key.origin = readOrigin(&row)
        key.successor = row.optionalInt64()
        key.graceEndsAt = row.optionalInstant()
        key.sweepMarks = SweepMarks(rawValue: Int(row.int64()))
        key.ledger = try readPlace(&row)
    }

    /// In the order in which they are bound and read. Those that ``RowSeal`` covers come first.
    static let columns = [
        "number", "id", "workspace", "name", "prefix", "digest", "pepper", "created_at", "created_by",
        "created_by_user", "expires_at", "lifetime", "has_owner", "owner_name", "owner_contact", "owner_principal",
        "purpose", "scopes", "metadata", "disabled_at", "revoked_at", "revoked_by", "revoked_by_user",
        "revoke_reason", "revoke_note", "predecessor", "rotated_at", "grace", "grace_starts_now", "first_used_at",
        "successor", "grace_ends_at", "told", "ledger_slot", "ledger_generation",
    ]

    /// A key's id, prefix and digest are its own for ever: left out of an update, so that no index is touched.
    private static let mutable = columns.filter { !["number", "id", "prefix", "digest"].contains($0) }

    private static let upsert = """
        INSERT INTO keys (\(columns.joined(separator: ", ")), seal)
        VALUES (\((1...columns.count).map { "?\($0)" }.joined(separator: ", ")), \(RowSeal.ofParameters))
        ON CONFLICT (number) DO UPDATE
        SET \((mutable + ["seal"]).map { "\($0) = excluded.\($0)" }.joined(separator: ", "))
        """

    /// The reason is what ended the key first, save that a revocation always shows.
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

    private static func bind(_ record: KeyRecord, to row: inout Bindings) {
        row.add(record.number)
        row.add(record.id)
        row.add(record.workspace)
        row.add(record.name)
        row.add(record.prefix)
        row.add(record.digest)
        row.add(record.pepper.rawValue)
        row.add(record.createdAt)
        row.add(record.createdBy)
        row.add(record.expiresAt)
        row.add(record.lifetime)
        row.add(record.owner != nil)
        row.add(record.owner?.name)
        row.add(record.owner?.contact)
        row.add(record.owner?.principal)
        row.add(record.purpose)
        row.add(ScopeText.encode(record.scopes))
        row.add(record.metadata)
        row.add(record.disabledAt)
        row.add(record.revocation?.at)
        row.add(record.revocation?.by)
        row.add(record.revocation?.reason)
        row.add(record.revocation?.note)
        row.add(record.origin?.predecessor)
        row.add(record.origin?.startedAt)
        row.add(record.origin?.grace)
        row.add(record.origin.map { $0.startsNow ? Int64(1) : 0 })
        row.add(record.origin?.firstUsedAt)
        row.add(record.successor)
        row.add(record.graceEndsAt)
        row.add(Int64(record.sweepMarks.rawValue))
        row.add(record.ledger?.slot)
        row.add(record.ledger?.generation)
    }

    private static func readPlace(_ row: inout Columns) throws -> LedgerSlot? {
        let (slot, generation) = (try row.optionalUInt32(), try row.optionalUInt32())
        guard let slot, let generation else { return nil }
        return LedgerSlot(slot: slot, generation: generation)
    }

    private static func readRevocation(_ row: inout Columns) throws -> KeyRow.Revocation? {
        let (at, by, user) = (row.optionalInstant(), try row.optionalUInt32(), row.borrowedText())
        let (reason, note) = (row.borrowedText(), row.borrowedText())
        guard let at, let by, !reason.isNone else { return nil }
        return KeyRow.Revocation(at: at, by: by, byUser: user, reason: reason, note: note)
    }

    private static func readOrigin(_ row: inout Columns) -> KeyRecord.Rotation? {
        let (predecessor, startedAt) = (row.optionalInt64(), row.optionalInstant())
        let (grace, startsNow) = (row.optionalSpan(), row.bool())
        let firstUsedAt = row.optionalInstant()
        guard let predecessor, let startedAt, let grace else { return nil }
        return KeyRecord.Rotation(
            predecessor: predecessor, startedAt: startedAt, grace: grace, startsNow: startsNow,
            firstUsedAt: firstUsedAt)
    }
}
