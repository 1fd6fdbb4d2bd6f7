import GRDB
import KeywardCore

/// The rows of the small tables: `meta`, `workspaces`, `grants`, `requests` and `peppers`.
enum StateTables {
    static func raiseMark(to mark: Instant, on database: Database) throws {
        try PreparedStatement("UPDATE meta SET mark = max(mark, ?)", on: database).run { $0.add(mark) }
    }

    static func write(_ workspaces: [WorkspaceRecord], on database: Database) throws {
        let sql = """
            INSERT INTO workspaces (number, name, plan, tag, created_at) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (number) DO UPDATE SET name = excluded.name, plan = excluded.plan, tag = excluded.tag,
                created_at = excluded.created_at
            """
        for workspace in workspaces {
            try PreparedStatement(sql, on: database).run { row in
                row.add(workspace.number)
                row.add(workspace.name)
                row.add(workspace.plan)
                row.add(workspace.tag)
                row.add(workspace.createdAt)
            }
        }
    }

    static func grant(_ grants: [Grant], on database: Database) throws {
        let sql = """
            INSERT OR REPLACE INTO grants
                (workspace, principal, kind, name, id, role, verifier, granted_at, granted_by, granted_by_user)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        for grant in grants {
            try PreparedStatement(sql, on: database).run { row in
                row.add(grant.workspace)
                row.add(grant.principal.text)
                row.add(grant.principal.kind.rawValue)
                row.add(grant.principal.name)
                row.add(grant.principal.id)
                row.add(grant.role?.rawValue)
                row.add(grant.isVerifier)
                row.add(grant.grantedAt)
                row.add(grant.grantedBy)
            }
        }
    }

    static func remove(_ grants: [Grant], on database: Database) throws {
        let sql = "DELETE FROM grants WHERE workspace = ? AND principal = ?"
        for grant in grants {
            try PreparedStatement(sql, on: database).run { row in
                row.add(grant.workspace)
                row.add(grant.principal.text)
            }
        }
    }

    static func write(_ requests: [RequestRecord], on database: Database) throws {
        let sql = "INSERT OR REPLACE INTO requests (workspace, request_id, key, at) VALUES (?, ?, ?, ?)"
        for request in requests {
            try PreparedStatement(sql, on: database).run { row in
                row.add(request.workspace)
                row.add(request.requestID)
                row.add(request.key)
                row.add(request.at)
            }
        }
    }

    static func forgetRequests(before instant: Instant, on database: Database) throws {
        try PreparedStatement("DELETE FROM requests WHERE at < ?", on: database).run { $0.add(instant) }
    }

    static func write(_ peppers: [PepperRecord], on database: Database) throws {
        let sql = "INSERT OR REPLACE INTO peppers (id, check_value, audit_check, removed) VALUES (?, ?, ?, ?)"
        for pepper in peppers {
            try PreparedStatement(sql, on: database).run { row in
                row.add(pepper.id.rawValue)
                row.add(pepper.check)
                row.add(pepper.auditCheck)
                row.add(pepper.isRemoved)
            }
        }
    }

    static func load(on database: Database) throws -> StoredState {
        let sql = "SELECT database_id, mark, last_key, generation FROM meta"
        let rows = try PreparedStatement(sql, on: database).all {
            ($0.bytes(), $0.instant(), $0.int64(), $0.int64())
        }
        guard let (databaseID, mark, lastKeyNumber, generation) = rows.first, databaseID.count == 16 else {
            throw SQLiteFailure.damaged
        }
        return StoredState(
            databaseID: databaseID, mark: mark, workspaces: try workspaces(on: database),
            grants: try grants(on: database), allowances: try AllowanceTables.load(on: database),
            requests: try requests(on: database),
            peppers: try peppers(on: database), auditHead: try AuditTable.head(on: database),
            lastKeyNumber: lastKeyNumber, openHours: try UsageTables.hours(from: mark.hour, on: database),
            generation: generation, hasLoss: try AuditTable.hasLoss(on: database),
            lastRefusals: try UsageTables.lastRefusals(atMost: StoredState.mostLastRefusals, on: database),
            clock: try ClockTables.load(on: database))
    }

    private static func workspaces(on database: Database) throws -> [WorkspaceRecord] {
        let sql = "SELECT number, name, plan, tag, created_at FROM workspaces ORDER BY number"
        return try PreparedStatement(sql, on: database).all { row in
            WorkspaceRecord(
                number: row.int64(), name: row.text(), plan: row.text(), tag: row.text(), createdAt: row.instant())
        }
    }

    private static func grants(on database: Database) throws -> [Grant] {
        let sql = """
            SELECT workspace, kind, name, id, role, verifier, granted_at, granted_by, granted_by_user FROM grants
            ORDER BY workspace, principal
            """
        return try PreparedStatement(sql, on: database).all { row in
            let workspace = row.int64()
            guard let kind = Principal.Kind(rawValue: row.text()) else { throw SQLiteFailure.damaged }
            let principal = Principal(kind: kind, name: row.optionalText(), id: try row.uint32())
            let word = row.optionalText()
            let role = word.flatMap { Role(rawValue: $0) }
            guard (word == nil) == (role == nil) else { throw SQLiteFailure.damaged }
            return Grant(
                workspace: workspace, principal: principal, role: role, isVerifier: row.int64() != 0,
                grantedAt: row.instant(),
                grantedBy: try row.actor())
        }
    }

    private static func requests(on database: Database) throws -> [RequestRecord] {
        let sql = "SELECT workspace, request_id, key, at FROM requests ORDER BY workspace, request_id"
        return try PreparedStatement(sql, on: database).all { row in
            RequestRecord(workspace: row.int64(), requestID: row.text(), key: row.int64(), at: row.instant())
        }
    }

    private static func peppers(on database: Database) throws -> [PepperRecord] {
        let sql = "SELECT id, check_value, audit_check, removed FROM peppers ORDER BY id"
        return try PreparedStatement(sql, on: database).all { row in
            PepperRecord(
                id: PepperID(rawValue: try row.uint32()), check: try row.digest(), auditCheck: row.optionalDigest(),
                isRemoved: row.bool())
        }
    }
}
