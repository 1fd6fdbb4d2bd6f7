import GRDB
import KeywardCore
import KeywardTesting
import Testing

@testable import KeywardStore

@Suite struct MigrationTests {
    let scratch: Scratch
    let second = Migration(version: 2, sql: "ALTER TABLE workspaces ADD COLUMN colour TEXT NOT NULL DEFAULT 'none'")

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

        let new = try open(Migration.all + [second])
        #expect(new.schemaVersion == 2)
        #expect(try StoreSnapshot(of: new) == before)
        #expect(try new.pool.read { try Int.fetchOne($0, sql: "PRAGMA user_version") } == 2)
        try new.close()
        #expect(throws: StoreOpenError.newer(found: 2, known: 1)) { try open(Migration.all) }
    }

    @Test func aStepThatFailsLeavesTheVersionBefore() throws {
        try open(Migration.all).close()
        let broken = Migration(version: 3, sql: "CREATE TABLE extra (a); INSERT INTO nowhere VALUES (1)")
        #expect(throws: StoreOpenError.self) { try open(Migration.all + [second, broken]) }
        let store = try open(Migration.all)
        #expect(try store.pool.read { try $0.tableExists("extra") } == false)
    }

    /// A released step is never changed: if this fails, add a step instead.
    @Test func theFirstStepIsAsItWasReleased() throws {
        let columns = try open(Migration.all).pool.read { database in
            try ["keys", "usage", "audit"].map { try database.columns(in: $0).count }
        }
        #expect(columns == [33, 5, 10])
    }
}
