import GRDB
import KeywardCore
import KeywardTesting
import Testing

@testable import KeywardStore

@Suite struct MigrationTests {
    let scratch: Scratch
    let next = Migration(
        version: Migration.all.count + 1, sql: "ALTER TABLE workspaces ADD COLUMN colour TEXT NOT NULL DEFAULT 'none'")

    init() throws {
        scratch = try Scratch()
    }

    private func open(_ migrations: [Migration]) throws -> SQLiteStore {
        var random = SeededGenerator(seed: 1)
        return try SQLiteStore(path: scratch.database, migrations: migrations, randomness: &random)
    }

    @Test func stepsAreNumberedWithoutAGap() {
        #expect(Migration.all.map(\.version) == Array(1...Migration.all.count))
    }

    @Test func aLaterStepKeepsWhatIsThere() throws {
        let old = try open(Migration.all)
        var records = RandomRecords(seed: 1)
        var changes = Changes(mark: Instant(milliseconds: 1))
        changes.workspaces = [records.workspace(1)]
        changes.keys = (0..<10).map { _ in records.key(in: 1) }
        changes.audit = [records.entry()]
        try old.commit(changes)
        let before = try StoreSnapshot(of: old)
        try old.close()

        let new = try open(Migration.all + [next])
        #expect(new.schemaVersion == next.version)
        #expect(try StoreSnapshot(of: new) == before)
        #expect(try new.pool.read { try Int.fetchOne($0, sql: "PRAGMA user_version") } == next.version)
        try new.close()
        #expect(throws: StoreOpenError.newer(found: next.version, known: Migration.all.count)) {
            try open(Migration.all)
        }
    }

    @Test func aStepThatFailsLeavesTheVersionBefore() throws {
        try open(Migration.all).close()
        let broken = Migration(version: next.version + 1, sql: "CREATE TABLE extra (a); INSERT INTO nowhere VALUES (1)")
        #expect(throws: StoreOpenError.self) { try open(Migration.all + [next, broken]) }
        let store = try open(Migration.all)
        #expect(try store.pool.read { try $0.tableExists("extra") } == false)
    }

    @Test func aDatabaseOfTheFirstVersionIsBroughtUpToDateWithItsKeys() throws {
        let queue = try DatabaseQueue(path: scratch.database)
        try queue.write { database in
            try database.execute(sql: Migration.all[0].sql)
            try database.execute(
                sql: """
                    PRAGMA application_id = \(applicationID); PRAGMA user_version = 1;
                    INSERT INTO meta (one, database_id, mark, last_key) VALUES (1, zeroblob(16), 0, 1);
                    INSERT INTO workspaces VALUES (1, 'default', 'standard', 'kw', 0);
                    INSERT INTO keys (number, id, workspace, name, prefix, digest, pepper, created_at, created_by,
                        has_owner, scopes, metadata, told)
                        VALUES (1, 'key_1', 1, 'crm', 'kw_1', zeroblob(32), 1, 0, 0, 0, '[]', '{}', 0);
                    """)
        }
        try queue.close()
        let store = try open(Migration.all)
        var keys: [KeyRecord] = []
        try store.loadKeys { keys.append(KeyRecord($0.row)) }
        #expect(keys.map(\.id) == ["key_1"] && keys[0].ledger == nil && keys[0].addresses == nil)
        #expect(try store.loadState().generation == 0)
    }

    /// A released step is never changed: if this fails, add a step instead.
    @Test func theFirstStepIsAsItWasReleased() throws {
        let columns = try DatabaseQueue().write { database in
            try database.execute(sql: Migration.all[0].sql)
            return try ["keys", "usage", "audit"].map { try database.columns(in: $0).count }
        }
        #expect(columns == [33, 5, 10])
    }
}
