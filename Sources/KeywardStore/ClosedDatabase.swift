import GRDB
package import KeywardCore

/// A database that a process other than its daemon reads, without a change to its schema or its log.
package struct ClosedDatabase {
    /// The version of its schema: this build's, or an earlier one.
    package let schemaVersion: Int
    private let queue: DatabaseQueue

    /// The version of the schema after a start.
    package static let latestSchema = Migration.all.last?.version ?? 0

    /// Opens the database at `path`, which must be a Keyward database.
    package init(path: String) throws(StoreOpenError) {
        do {
            guard case .filled = try DatabaseContent.inspect(path: path) else { throw StoreOpenError.notADatabase }
            var configuration = Configuration()
            configuration.label = "closed"
            configuration.readonly = true
            configuration.busyMode = .timeout(5)
            configuration.prepareDatabase {
                try $0.execute(sql: "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")
            }
            queue = try DatabaseQueue(path: path, configuration: configuration)
            schemaVersion = try queue.read { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
        } catch {
            throw StoreOpenError(error)
        }
    }

    /// The problems of the content, as sentences: pages, indices, references between rows, and rows that are not valid
    /// keys. At most a few are named; none if there is no problem.
    package func problems() throws(StoreFault) -> [String] {
        try read { database in
            let limit = 10
            let pages = try String.fetchAll(database, sql: "PRAGMA integrity_check(\(limit))").filter { $0 != "ok" }
            guard pages.isEmpty else { return pages.map { "Integrity check: \($0)." } }
            let references = try Row.fetchAll(database, sql: "PRAGMA foreign_key_check")
            guard references.isEmpty else {
                return ["\(references.count) rows refer to rows that are not there."]
            }
            do {
                try KeyReading.forEach(on: database) { columns, _, _ in
                    do { _ = try KeyRow(columns: columns) } catch { throw SQLiteFailure.damaged }
                }
            } catch {
                return ["A key's row cannot be read: \(SQLiteFailure(error, on: database))."]
            }
            return []
        }
    }

    /// The state without the keys and the audit entries. The schema must be this build's.
    package func loadState() throws(StoreFault) -> StoredState {
        try read { try StateTables.load(on: $0) }
    }

    /// The plans that workspaces have.
    package func plans() throws(StoreFault) -> Set<String> {
        try read { Set(try String.fetchAll($0, sql: "SELECT DISTINCT plan FROM workspaces")) }
    }

    package func countKeys() throws(StoreFault) -> Int {
        try read { try KeyReading.count(on: $0) }
    }

    /// Visits every audit entry, oldest first, until `visit` returns false.
    package func visitAudit(_ visit: (AuditRecord) -> Bool) throws(StoreFault) {
        try read { try AuditTable.visit(on: $0, visit) }
    }

    /// Audit entries, oldest first.
    package func auditEntries(matching query: AuditQuery) throws(StoreFault) -> [AuditRecord] {
        try read { try AuditTable.entries(matching: query, on: $0) }
    }

    /// The end of the audit chain; `nil` if there is no entry.
    package func auditHead() throws(StoreFault) -> AuditRecord? {
        try read { try AuditTable.head(on: $0) }
    }

    /// Identifies this database: 16 bytes.
    package func databaseID() throws(StoreFault) -> [UInt8] {
        try read { database in
            let ids = try PreparedStatement("SELECT database_id FROM meta", on: database).all { $0.bytes() }
            guard let id = ids.first else { throw SQLiteFailure.damaged }
            return id
        }
    }

    private func read<Result>(_ body: (Database) throws -> Result) throws(StoreFault) -> Result {
        do {
            return try queue.read { database in
                do { return try body(database) } catch {
                    throw error is DatabaseError ? SQLiteFailure(error, on: database) : error
                }
            }
        } catch {
            throw StoreFault(error)
        }
    }
}
