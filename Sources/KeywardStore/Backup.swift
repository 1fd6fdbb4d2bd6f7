import GRDB
import GRDBSQLite
import KeywardCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// One consistent copy of the database, in a file of its own.
///
/// The copy is made of one state of the database. Its source is within a transaction that reads, so that no commit
/// makes SQLite begin again: without one, a copy in several steps never ends beside a busy writer.
struct Backup {
    let path: String

    /// How many pages a step copies: 4 MiB.
    private static let step: Int32 = 1_024

    /// Copies what `source`, a connection that is in a reading transaction, sees, as long as it `goesOn`. Whether the
    /// copy is whole: one that is not, or that fails, leaves no file behind.
    func run(from source: Database, while goesOn: () -> Bool) throws -> Bool {
        guard try PrivateFile.create(path) else { throw StoreFault.exists }
        do {
            guard try copy(from: source, while: goesOn) else {
                unlink(path)
                return false
            }
            try PrivateFile.synchronize(path)
            try PrivateFile.synchronize(PrivateFile.folder(of: path))
            return true
        } catch {
            unlink(path)
            throw error
        }
    }

    private func copy(from source: Database, while goesOn: () -> Bool) throws -> Bool {
        var opened: OpaquePointer?
        // An opened connection must be closed, even one that failed to open.
        defer { sqlite3_close_v2(opened) }
        try check(sqlite3_open_v2(path, &opened, SQLITE_OPEN_READWRITE, nil), on: opened)
        // The file is worth nothing until it is whole, and is synchronized then: it needs no journal of its own.
        try execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF", on: opened)
        guard let backup = sqlite3_backup_init(opened, "main", source.sqliteConnection, "main") else {
            throw failure(on: opened)
        }
        var code = SQLITE_OK
        while code == SQLITE_OK, goesOn() { code = sqlite3_backup_step(backup, Self.step) }
        sqlite3_backup_finish(backup)
        if code == SQLITE_OK { return false }
        guard code == SQLITE_DONE else { throw failure(code, on: opened) }
        try execute("UPDATE meta SET generation = random()", on: opened)
        // As copied, it would need a log beside it even to be read.
        try execute("PRAGMA journal_mode = DELETE", on: opened)
        return true
    }

    private func execute(_ sql: String, on connection: OpaquePointer?) throws {
        try check(sqlite3_exec(connection, sql, nil, nil, nil), on: connection)
    }

    private func check(_ code: Int32, on connection: OpaquePointer?) throws {
        guard code == SQLITE_OK else { throw failure(on: connection) }
    }

    private func failure(_ code: Int32? = nil, on connection: OpaquePointer?) -> SQLiteFailure {
        SQLiteFailure(code: code ?? sqlite3_extended_errcode(connection), on: connection)
    }
}
