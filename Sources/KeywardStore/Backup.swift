import GRDB
import GRDBSQLite
import KeywardCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// One consistent copy of the database, in a separate file.
///
/// The writing connection copies some pages at a time, and SQLite itself copies pages again that change meanwhile: the
/// copy has the state at its end. No transaction lasts longer than a step, so the write-ahead log need not keep the
/// changes since the copy began. Commits do not restart the copy, as those of another connection would.
struct Backup {
    let path: String

    /// The number of pages that a step copies: 512 KiB. Changes wait for a step.
    private static let step: Int32 = 128

    /// Copies the database of `pool`, while `goesOn`. Whether the copy is complete: an incomplete or failed one leaves
    /// no file.
    func run(from pool: DatabasePool, while goesOn: () -> Bool) throws -> Bool {
        guard try PrivateFile.create(path) else { throw StoreFault.exists }
        do {
            guard try copy(from: pool, while: goesOn) else {
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

    private func copy(from pool: DatabasePool, while goesOn: () -> Bool) throws -> Bool {
        var opened: OpaquePointer?
        // An opened connection must be closed, even if opening failed.
        defer { sqlite3_close_v2(opened) }
        try check(sqlite3_open_v2(path, &opened, SQLITE_OPEN_READWRITE, nil), on: opened)
        // The file is useless until it is complete, and is synchronized then: it needs no journal.
        try execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF", on: opened)
        guard try copyPages(from: pool, to: opened, while: goesOn) else { return false }
        try execute("UPDATE meta SET generation = random()", on: opened)
        // The copied mode would require a log beside the file even for reading.
        try execute("PRAGMA journal_mode = DELETE", on: opened)
        return true
    }

    /// The writing connection's part in the copy begins and ends while it does nothing else.
    private func copyPages(
        from pool: DatabasePool, to copy: OpaquePointer?, while goesOn: () -> Bool
    ) throws -> Bool {
        let begun = pool.writeWithoutTransaction { sqlite3_backup_init(copy, "main", $0.sqliteConnection, "main") }
        guard let backup = begun else { throw failure(on: copy) }
        var code = SQLITE_OK
        while code == SQLITE_OK, goesOn() {
            code = pool.writeWithoutTransaction { _ in sqlite3_backup_step(backup, Self.step) }
        }
        _ = pool.writeWithoutTransaction { _ in sqlite3_backup_finish(backup) }
        guard code == SQLITE_OK || code == SQLITE_DONE else { throw failure(code, on: copy) }
        return code == SQLITE_DONE
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
