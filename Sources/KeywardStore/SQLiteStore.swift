import GRDB
import GRDBSQLite
import KeywardBase
package import KeywardCore

/// The durable state, in one SQLite database: one connection writes, up to four read in parallel.
///
/// Every commit is on disk when it returns (WAL with `synchronous = FULL`: one `fsync` each). Only the writing
/// connection copies the log's pages into the database. The process must be the only one that has the database open;
/// the caller ensures that with a lock.
package final class SQLiteStore: KeyStore {
    package let schemaVersion: Int
    let pool: DatabasePool
    private let log: WriteAheadLog
    private let snapshots = OpenSnapshots()
    private let seal = RowSeal()

    /// Opens the database at `path`, or creates it, and its folder, mode 0700, if the parent folder exists.
    ///
    /// - Parameter randomness: makes the id of a new database.
    package convenience init(
        path: String, randomness: inout some RandomNumberGenerator
    ) throws(StoreOpenError) {
        try self.init(path: path, migrations: Migration.all, randomness: &randomness)
    }

    /// Opens the database at `path` with a schema of the given steps.
    package init(
        path: String, migrations: [Migration], randomness: inout some RandomNumberGenerator
    ) throws(StoreOpenError) {
        let databaseID = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &randomness) }
        pool = try DatabaseOpening(path: path, migrations: migrations, databaseID: databaseID, seal: seal).run()
        schemaVersion = migrations.last?.version ?? 0
        log = WriteAheadLog(of: pool, readBy: snapshots)
    }

    /// Copies the log into the database and closes it; the store cannot be used afterwards. It reports errors of the
    /// disk: SQLite ignores those of a close, so the log is copied before.
    package func close() throws(StoreFault) {
        // The readers first: the last connection to close copies the log, and a reader must not.
        pool.releaseMemory()
        try checkpoint()
        do { try pool.close() } catch { throw StoreFault(error) }
    }

    /// Makes this database different from each of its copies, so that it does not adopt a usage ledger of one of them.
    package func renewGeneration() throws(StoreFault) {
        try write { try $0.execute(sql: "UPDATE meta SET generation = random()") }
    }

    package func loadState() throws(StoreFault) -> StoredState {
        try read { try StateTables.load(on: $0) }
    }

    /// Frees the pages that the load has cached; the next ones fill the cache again.
    package func releaseMemory() { pool.releaseMemory() }

    package func countKeys() throws(StoreFault) -> Int {
        try read { try KeyReading.count(on: $0) }
    }

    package func loadKeys(_ visit: (StoredKey) -> Void) throws(StoreFault) {
        let pipeline = KeyPipeline()
        let reader: NamedThread
        do {
            reader = try NamedThread("keyward.load") { [self] in
                do throws(StoreFault) {
                    try read { try KeyReading.read(on: $0, into: pipeline) }
                    pipeline.end()
                } catch {
                    pipeline.end(with: error)
                }
            }
        } catch {
            throw .failed(error.description)
        }
        defer { reader.join() }
        var isDamaged = false
        while let block = try pipeline.next() {
            // After a damaged row nothing is visited, but the reader continues to its end.
            if !isDamaged { do { try block.forEach(visit) } catch { isDamaged = true } }
            pipeline.recycle(block)
        }
        if isDamaged { throw StoreFault(SQLiteFailure.damaged) }
    }

    package func commit(_ group: [Changes]) throws(StoreFault) {
        try write { database in
            for changes in group { try Self.write(changes, on: database) }
        }
    }

    private static func write(_ changes: Changes, on database: Database) throws {
        try StateTables.write(changes.workspaces, on: database)
        try StateTables.remove(changes.removed, on: database)
        try StateTables.grant(changes.granted, on: database)
        try StateTables.write(changes.peppers, on: database)
        try AllowanceTables.write(changes.allowances, on: database)
        try KeyTable.write(changes.keys, renewed: changes.renewed, on: database)
        try KeyTable.write(changes.places, on: database)
        try StateTables.write(changes.requests, on: database)
        try KeyTable.purge(changes.purged, at: changes.mark, on: database)
        try AllowanceTables.remove(changes.endedAllowances, on: database)
        if let instant = changes.forgetRequestsBefore {
            try StateTables.forgetRequests(before: instant, on: database)
        }
        try AuditTable.append(changes.audit, on: database)
        if let clock = changes.clock { try ClockTables.write(clock, on: database) }
        if changes.setsBack {
            try ClockTables.setBack(to: changes.mark, on: database)
        } else {
            try StateTables.raiseMark(to: changes.mark, on: database)
        }
    }

    package func sealKeys(with keys: [PepperID: KeyedDigest], without removed: Set<PepperID>) {
        seal.use(keys, without: removed)
    }

    package func checkKeys(after number: Int64, limit: Int) throws(StoreFault) -> KeyCheck {
        var (check, allAreSealed) = (KeyCheck(), true)
        try read { database in
            allAreSealed = try KeyRowCheck.allAreSealed(on: database)
            check = try KeyRowCheck.run(
                after: number, limit: limit, allAreSealed: allAreSealed, without: seal.removed, on: database)
        }
        guard !allAreSealed else { return check }
        try write { database in
            if let last = check.last {
                try KeyRowCheck.seal(after: number, to: last, on: database)
            } else {
                try KeyRowCheck.noteThatAllAreSealed(on: database)
            }
        }
        return check
    }

    package func flush(_ usage: UsageFlush) throws(StoreFault) {
        try write { database in
            try UsageTables.write(usage, on: database)
            try AllowanceTables.write(usage.credits, on: database)
            try StateTables.raiseMark(to: usage.mark, on: database)
        }
    }

    package func forgetUsage(before hour: Int64, limit: Int) throws(StoreFault) -> Bool {
        var forgotten = 0
        try write { database in
            forgotten = try UsageTables.forgetHours(before: hour, limit: limit, on: database)
        }
        return forgotten < limit
    }

    package func checkpoint() throws(StoreFault) {
        do {
            try pool.writeWithoutTransaction { database in
                do { try Self.moveLog(of: database) } catch { throw StoreFault(error, on: database) }
            }
        } catch {
            throw StoreFault(error)
        }
    }

    /// Copies the write-ahead log into the database, as far as readers allow, and frees its space.
    static func moveLog(of database: Database) throws {
        // A reader may keep some of the log: that is not a fault, and no reason to wait.
        try database.execute(sql: "PRAGMA busy_timeout = 0")
        defer { try? database.execute(sql: "PRAGMA busy_timeout = 5000") }
        _ = try Row.fetchOne(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
    }

    package func auditEntries(matching query: AuditQuery) throws(StoreFault) -> [AuditRecord] {
        try read { try AuditTable.entries(matching: query, on: $0) }
    }

    /// The number of entries that one transaction reads.
    private static let entriesAtOnce = 200

    /// Entries never change, so a transaction need not last for all of them, and none is open during a visit.
    package func visitAudit(_ visit: (AuditRecord) -> Bool) throws(StoreFault) {
        let end = try read { try AuditTable.head(on: $0)?.seq ?? 0 }
        // A forged number may have any value.
        var query = AuditQuery(before: end == .max ? end : end + 1, limit: Self.entriesAtOnce)
        while query.after < end {
            let entries = try auditEntries(matching: query)
            guard let last = entries.last, entries.allSatisfy(visit) else { return }
            query.after = last.seq
        }
    }

    package func usage(ofKey number: Int64, hours: Range<Int64>) throws(StoreFault) -> [HourUsage] {
        try read { try UsageTables.hours(ofKey: number, in: hours, on: $0) }
    }

    package func refusals(ofKey number: Int64, hours: Range<Int64>) throws(StoreFault) -> [RefusalHour] {
        try read { try UsageTables.refusals(ofKey: number, in: hours, on: $0) }
    }

    package func backUp(toFile path: String, while goesOn: () -> Bool) throws(StoreFault) -> Bool {
        do {
            return try Backup(path: path).run(from: pool, while: goesOn)
        } catch {
            throw StoreFault(error)
        }
    }

    /// Runs `body` on a reading connection, with one consistent state of the database.
    private func read<Result>(_ body: (Database) throws -> Result) throws(StoreFault) -> Result {
        do {
            return try snapshots.withOne {
                try pool.read { database in
                    do { return try body(database) } catch { throw StoreFault(error, on: database) }
                }
            }
        } catch {
            throw StoreFault(error)
        }
    }

    /// Runs `body` on the writing connection, in one transaction.
    private func write(_ body: (Database) throws -> Void) throws(StoreFault) {
        do {
            try pool.writeWithoutTransaction { database in
                do {
                    try database.inTransaction(.immediate) {
                        try body(database)
                        return .commit
                    }
                    try log.moveIfLong(of: database)
                } catch {
                    throw StoreFault(error, on: database)
                }
            }
        } catch {
            throw StoreFault(error)
        }
    }
}

extension StoreFault {
    /// Classifies an error that has just happened on a connection.
    fileprivate init(_ error: any Error, on database: Database) {
        self.init(error is DatabaseError ? SQLiteFailure(error, on: database) : error)
    }
}
