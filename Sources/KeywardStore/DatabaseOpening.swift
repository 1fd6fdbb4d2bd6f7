import GRDB
import GRDBSQLite
import KeywardCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Opens a database: makes its file private, checks its kind and version, and updates its schema.
struct DatabaseOpening {
    let path: String
    let migrations: [Migration]
    /// 16 random bytes, for a new database.
    let databaseID: [UInt8]
    let seal: RowSeal

    func run() throws(StoreOpenError) -> DatabasePool {
        do {
            try prepareFile()
        } catch let failure as PrivateFile.Failure {
            throw StoreOpenError(failure)
        } catch {
            throw StoreOpenError(error)
        }
        // Refuses files of others before anything is written to them.
        _ = try DatabaseContent.inspect(path: path, latest: latest)
        do {
            let pool = try DatabasePool(path: path, configuration: configuration)
            try pool.writeWithoutTransaction { database in
                do {
                    try Self.prepareWriter(database)
                    try migrate(database)
                    _ = try StateTables.load(on: database)
                    try Self.moveLog(of: database)
                } catch let error as StoreOpenError {
                    throw error
                } catch {
                    throw SQLiteFailure(error, on: database)
                }
            }
            // Reads on a reader, too: a fault of it appears now, not during a call.
            try pool.read { _ = try StateTables.load(on: $0) }
            return pool
        } catch {
            throw StoreOpenError(error)
        }
    }

    /// Readers never checkpoint: two connections that do so can lose a commit (sqlite.org/wal.html, "The WAL-Reset
    /// Bug").
    private var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "store"
        // As for all queues of the daemon; see decision 0032.
        configuration.qos = .background
        configuration.maximumReaderCount = 4
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { [seal] database in
            try seal.define(on: database)
            // No schema text of a damaged or forged file may run as code, and no cell may be read beyond its page.
            try database.execute(sql: "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")
            // Purged data is overwritten, not just unlinked. After a burst the log frees its space.
            try database.execute(sql: "PRAGMA secure_delete = ON; PRAGMA journal_size_limit = 16777216")
            // SQLite ignores errors of its automatic checkpoints, so the store runs its own.
            try database.execute(sql: "PRAGMA wal_autocheckpoint = 0")
        }
        return configuration
    }

    /// Settings that GRDB would undo if they were in `prepareDatabase`: it sets NORMAL. With NORMAL a power failure can
    /// lose the last commits, including acknowledged revocations.
    private static func prepareWriter(_ database: Database) throws {
        try database.execute(sql: "PRAGMA synchronous = FULL")
        // 16 MiB: changes concern random keys, and the pages that they use repeatedly should stay in memory.
        try database.execute(sql: "PRAGMA cache_size = -16384")
        guard try Int.fetchOne(database, sql: "PRAGMA synchronous") == 2 else {
            throw SQLiteFailure(code: SQLITE_ERROR)
        }
    }

    /// Copies the log of an earlier process into the database, or the start fails. After a disk error the log may never
    /// have reached the disk. Without space it stays in the log.
    private static func moveLog(of database: Database) throws {
        do {
            try SQLiteStore.moveLog(of: database)
        } catch {
            let failure = SQLiteFailure(error, on: database)
            guard failure.mayPass else { throw failure }
        }
    }

    private func prepareFile() throws {
        let folder = PrivateFile.folder(of: path)
        try PrivateFile.makeFolder(folder)
        let mode = try PrivateFile.status(of: folder).mode
        guard mode & 0o022 == 0 else { throw StoreOpenError.unsafeFolder(mode: mode) }
        if try PrivateFile.create(path) {
            try PrivateFile.synchronize(folder)
        } else if try PrivateFile.status(of: path).mode & 0o077 != 0 {
            // SQLite creates the log and its index with the mode of the database.
            try PrivateFile.setMode(0o600, of: path)
        }
    }

    private var latest: Int { migrations.last?.version ?? 0 }

    private static func version(of database: Database) throws -> Int {
        try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    }

    /// Runs all missing steps in one transaction: a database has one version or another.
    private func migrate(_ database: Database) throws {
        let found = try Self.version(of: database)
        guard found < latest else { return }
        try database.inTransaction(.immediate) {
            for migration in migrations where migration.version > found {
                try database.execute(sql: migration.sql)
            }
            try database.execute(sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(latest)")
            if found == 0 {
                try PreparedStatement(
                    "INSERT INTO meta (one, database_id, mark, last_key) VALUES (1, ?, ?, 0)", on: database
                ).run {
                    $0.add(bytes: databaseID)
                    $0.add(Instant.distantPast)
                }
            }
            return .commit
        }
    }
}

extension StoreOpenError {
    /// Classifies the error.
    init(_ error: any Error) {
        switch error {
        case let error as StoreOpenError: self = error
        case let failure as PrivateFile.Failure: self.init(failure)
        case let error as DatabaseError: self.init(SQLiteFailure(code: error.extendedResultCode.rawValue))
        case let failure as SQLiteFailure:
            switch failure.primaryCode {
            case SQLITE_BUSY, SQLITE_LOCKED: self = .inUse
            case SQLITE_NOTADB: self = .notADatabase
            case SQLITE_NOMEM: self = .exhausted(failure.description)
            // The file was opened a moment ago, so the system now lacks another descriptor or memory.
            case SQLITE_CANTOPEN where [0, EMFILE, ENFILE, ENOMEM].contains(failure.systemError):
                self = .exhausted(failure.description)
            case SQLITE_CORRUPT, SQLITE_ERROR: self = .damaged(failure.description)
            default: self = failure.mayPass ? .cannotWrite(failure.description) : .failed(failure.description)
            }
        default: self = .failed("unexpected \(type(of: error))")
        }
    }
}
