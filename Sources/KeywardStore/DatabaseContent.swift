import GRDB
import GRDBSQLite
import KeywardCore

/// The content of a database file, read without a change to it or to its log.
package enum DatabaseContent: Hashable, Sendable {
    case missing
    /// It has no bytes.
    case empty
    /// A database without a table: one page, which a tool creates if it is given a wrong name.
    case withoutTables
    /// A Keyward database, and the number of its newest audit entry, 0 if there is none.
    case filled(newestEntry: Int64)

    /// Whether a start would create a new database in it.
    package var isNew: Bool {
        switch self {
        case .missing, .empty, .withoutTables: true
        case .filled: false
        }
    }

    /// Inspects the database at `path`, with its log.
    ///
    /// - Throws: `newer`, `foreign`, `notADatabase`, `damaged`, if a start must not write to it; and faults of the
    ///   system.
    package static func inspect(path: String) throws(StoreOpenError) -> DatabaseContent {
        try inspect(path: path, latest: Migration.all.last?.version ?? 0)
    }

    static func inspect(path: String, latest: Int) throws(StoreOpenError) -> DatabaseContent {
        do {
            guard let header = try PrivateFile.start(of: path, count: 100) else { return .missing }
            if header.isEmpty { return .empty }
            try check(header)
            return try read(path, latest: latest)
        } catch {
            throw StoreOpenError(error)
        }
    }

    private static func check(_ header: [UInt8]) throws(StoreOpenError) {
        guard header.count == 100, header.starts(with: Array("SQLite format 3\0".utf8)) else { throw .notADatabase }
        // The header may lag behind the log, so 0 decides nothing yet; any other number does.
        let marked = header[68..<72].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard marked == 0 || marked == UInt32(applicationID) else { throw .foreign }
    }

    /// Uses a connection that may not write: closing it copies nothing of the log into the database, and so cannot
    /// fail.
    private static func read(_ path: String, latest: Int) throws -> DatabaseContent {
        var configuration = Configuration()
        configuration.label = "inspect"
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase {
            try $0.execute(sql: "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")
        }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        return try queue.read { database in
            do {
                return try content(of: database, latest: latest)
            } catch let error as StoreOpenError {
                throw error
            } catch {
                throw SQLiteFailure(error, on: database)
            }
        }
    }

    private static func content(of database: Database, latest: Int) throws -> DatabaseContent {
        let owner = try Int32.fetchOne(database, sql: "PRAGMA application_id")
        let isEmpty = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") == 0
        guard owner == applicationID || owner == 0 && isEmpty else { throw StoreOpenError.foreign }
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard version <= latest else { throw StoreOpenError.newer(found: version, known: latest) }
        // The application's number without its tables would be a database that somebody emptied.
        if isEmpty { return .withoutTables }
        return .filled(newestEntry: try Int64.fetchOne(database, sql: "SELECT max(seq) FROM audit") ?? 0)
    }
}
