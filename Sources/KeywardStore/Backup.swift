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
/// The copy is made in one step from one state of the database: a copy in several begins anew at every commit, and
/// never ends beside a busy writer.
struct Backup {
    let path: String

    /// Copies what `source`, a reading connection, sees. A copy that fails leaves no file behind.
    func run(from source: Database) throws {
        guard try PrivateFile.create(path) else { throw StoreFault.exists }
        do {
            try copy(from: source)
            try PrivateFile.synchronize(path)
            try PrivateFile.synchronize(PrivateFile.folder(of: path))
        } catch {
            unlink(path)
            throw error
        }
    }

    private func copy(from source: Database) throws {
        var opened: OpaquePointer?
        // An opened connection must be closed, even one that failed to open.
        defer { sqlite3_close_v2(opened) }
        try check(sqlite3_open_v2(path, &opened, SQLITE_OPEN_READWRITE, nil), on: opened)
        // The file is worth nothing until it is whole, and is synchronized then: it needs no journal of its own.
        try execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF", on: opened)
        guard let backup = sqlite3_backup_init(opened, "main", source.sqliteConnection, "main") else {
            throw failure(on: opened)
        }
        let code = sqlite3_backup_step(backup, -1)
        sqlite3_backup_finish(backup)
        guard code == SQLITE_DONE else { throw failure(code, on: opened) }
        try execute("UPDATE meta SET generation = random()", on: opened)
        // As copied, it would need a log beside it even to be read.
        try execute("PRAGMA journal_mode = DELETE", on: opened)
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
