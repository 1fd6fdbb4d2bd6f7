import GRDB
import KeywardCore

/// The rows of `allowances` and `allowance_limits`.
enum AllowanceTables {
    static func write(_ records: [AllowanceRecord], on database: Database) throws {
        guard !records.isEmpty else { return }
        let row = try PreparedStatement(upsert, on: database)
        let forget = try PreparedStatement("DELETE FROM allowance_limits WHERE allowance = ?", on: database)
        let limit = try PreparedStatement(
            """
            INSERT INTO allowance_limits (allowance, position, name, max, window, automatic) VALUES (?, ?, ?, ?, ?, ?)
            """, on: database)
        for record in records {
            try row.run { $0.add(record) }
            try forget.run { $0.add(record.number) }
            for (position, known) in record.limits.enumerated() {
                try limit.run { row in
                    row.add(record.number)
                    row.add(Int64(position))
                    row.add(known.name)
                    row.add(known.limit)
                    row.add(known.window)
                    row.add(known.isAutomatic)
                }
            }
        }
    }

    static func remove(_ numbers: [Int64], on database: Database) throws {
        for number in numbers {
            for sql in [
                "DELETE FROM allowance_limits WHERE allowance = ?", "DELETE FROM allowances WHERE number = ?",
            ] {
                try PreparedStatement(sql, on: database).run { $0.add(number) }
            }
        }
    }

    /// Writes what was spent and refilled, except of credits that were set since, or have ended.
    static func write(_ credits: [CreditTotals], on database: Database) throws {
        guard !credits.isEmpty else { return }
        let sql = """
            UPDATE allowances SET credits_granted = ?1, credits_spent = ?2, credits_full = ?3, credits_refilled_on = ?4
            WHERE number = ?5 AND revision = ?6 AND credits_granted IS NOT NULL
            """
        let statement = try PreparedStatement(sql, on: database)
        for totals in credits.sorted(by: { $0.allowance < $1.allowance }) {
            try statement.run { row in
                row.add(totals.credits.granted)
                row.add(totals.credits.spent)
                row.add(totals.credits.full)
                row.add(totals.credits.refilledOn)
                row.add(totals.allowance)
                row.add(totals.revision)
            }
        }
    }

    static func load(on database: Database) throws -> [AllowanceRecord] {
        var limits: [Int64: [RateLimit]] = [:]
        let sql = "SELECT allowance, name, max, window, automatic FROM allowance_limits ORDER BY allowance, position"
        try PreparedStatement(sql, on: database).forEach { _ in
        } _: { row in
            let allowance = row.int64()
            limits[allowance, default: []].append(
                RateLimit(name: row.text(), limit: row.int64(), window: row.span(), isAutomatic: row.bool()))
            return true
        }
        return try PreparedStatement("SELECT \(columns) FROM allowances ORDER BY number", on: database).all { row in
            var record = try row.allowance()
            record.limits = limits[record.number] ?? []
            return record
        }
    }

    /// Sets days of refills that lie ahead to `day`.
    static func setBack(to day: Int64, on database: Database) throws {
        let sql = "UPDATE allowances SET credits_refilled_on = ?1 WHERE credits_refilled_on > ?1"
        try PreparedStatement(sql, on: database).run { $0.add(day) }
    }

    /// In the order of binding and reading.
    private static let columns = """
        number, workspace, name, revision, credits_granted, credits_spent, credits_full, credits_refilled_on, \
        refill_amount, refill_every, refill_on, ledger_slot, ledger_generation, follows_plan
        """

    private static let upsert = """
        INSERT INTO allowances (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (number) DO UPDATE SET name = excluded.name, revision = excluded.revision,
            credits_granted = excluded.credits_granted,
            credits_spent = max(coalesce(credits_spent, 0), excluded.credits_spent),
            credits_full = excluded.credits_full, credits_refilled_on = excluded.credits_refilled_on,
            refill_amount = excluded.refill_amount, refill_every = excluded.refill_every,
            refill_on = excluded.refill_on, ledger_slot = excluded.ledger_slot,
            ledger_generation = excluded.ledger_generation, follows_plan = excluded.follows_plan
        """
}

extension Bindings {
    fileprivate mutating func add(_ record: AllowanceRecord) {
        add(record.number)
        add(record.workspace)
        add(record.name)
        add(record.revision)
        add(record.credits?.granted)
        add(record.credits?.spent)
        add(record.credits?.full)
        add(record.credits?.refilledOn)
        add(record.credits?.refill?.amount)
        add(record.credits?.refill?.period.rawValue)
        add(record.credits?.refill?.day)
        add(record.ledger?.slot)
        add(record.ledger?.generation)
        add(record.followsPlan)
    }
}

extension Columns {
    fileprivate mutating func allowance() throws -> AllowanceRecord {
        var record = AllowanceRecord(number: int64(), workspace: int64(), name: optionalText(), revision: int64())
        let (granted, spent, full, day) = (optionalInt64(), optionalInt64(), optionalInt64(), optionalInt64())
        let (amount, every, on) = (optionalInt64(), optionalText(), optionalInt64())
        let (slot, generation) = (try optionalUInt32(), try optionalUInt32())
        record.followsPlan = bool()
        if let granted, let spent, let full, let day {
            record.credits = Credits(granted: granted, spent: spent, full: full, refilledOn: day)
            if let amount, let every, let on {
                guard let period = CreditRefill.Period(rawValue: every) else { throw SQLiteFailure.damaged }
                record.credits?.refill = CreditRefill(amount: amount, every: period, on: on)
            }
        }
        if let slot, let generation { record.ledger = LedgerSlot(slot: slot, generation: generation) }
        return record
    }
}
