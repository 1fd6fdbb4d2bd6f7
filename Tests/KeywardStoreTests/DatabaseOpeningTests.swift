import Foundation
import GRDB
import KeywardCore
import KeywardTesting
import Testing

@testable import KeywardStore

@Suite struct OpeningTests {
    let scratch: Scratch

    init() throws {
        scratch = try Scratch()
    }

    /// Runs SQL on the file by a separate connection, like another program.
    private func outside(_ sql: String, name: String = "keyward.db") throws {
        try DatabaseQueue(path: scratch.path + "/" + name).writeWithoutTransaction { try $0.execute(sql: sql) }
    }

    private func openError(_ name: String = "keyward.db") -> StoreOpenError? {
        #expect(throws: StoreOpenError.self) { _ = try scratch.open(name) }
    }

    @Test func theWriterSynchronizesFully() throws {
        let store = try scratch.open()
        #expect(try store.pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == 2)
        // It still does after a commit, and in a database that existed before.
        try store.commit(Changes(mark: Instant(milliseconds: 1)))
        #expect(try store.pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == 2)
        try store.close()
        let again = try scratch.open()
        #expect(try again.pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == 2)
    }

    @Test func theWriterIsSetUpAsTheStoreSays() throws {
        let store = try scratch.open()
        let expected: KeyValuePairs = [
            "journal_mode": "wal", "foreign_keys": "1", "trusted_schema": "0", "secure_delete": "1",
            "cell_size_check": "1", "journal_size_limit": "16777216", "wal_autocheckpoint": "0",
            "application_id": "1266251620", "user_version": "11",
        ]
        for (pragma, value) in expected {
            let found = try store.pool.writeWithoutTransaction { try String.fetchOne($0, sql: "PRAGMA \(pragma)") }
            #expect(found == value, "\(pragma)")
        }
    }

    @Test func readersNeitherWriteNorCheckpoint() throws {
        let store = try scratch.open()
        #expect(try store.pool.read { try Int.fetchOne($0, sql: "PRAGMA wal_autocheckpoint") } == 0)
        #expect(try store.pool.read { try Int.fetchOne($0, sql: "PRAGMA trusted_schema") } == 0)
        #expect(throws: (any Error).self) {
            try store.pool.read { try $0.execute(sql: "DELETE FROM peppers") }
        }
    }

    @Test func filesArePrivateWhateverTheUmaskLets() async throws {
        await #expect(processExitsWith: .success) { [parent = scratch.path as String] in
            umask(0)
            let folder = parent + "/state"
            var random = SeededGenerator(seed: 1)
            let store = try SQLiteStore(path: folder + "/keyward.db", randomness: &random)
            try store.commit(Changes(mark: Instant(milliseconds: 1)))
            _ = try store.loadState()
            try store.backUp(toFile: folder + "/backup")
            try #require(PrivateFile.status(of: folder).mode == 0o700)
            for name in ["keyward.db", "keyward.db-wal", "keyward.db-shm", "backup"] {
                try #require(PrivateFile.status(of: folder + "/" + name).mode == 0o600)
            }
        }
    }

    @Test func aFileThatOthersMayReadIsMadePrivate() throws {
        try scratch.open().close()
        try PrivateFile.setMode(0o644, of: scratch.database)
        try scratch.open().close()
        #expect(try PrivateFile.status(of: scratch.database).mode == 0o600)
    }

    @Test(arguments: [0o770, 0o707, 0o777] as [UInt32]) func aFolderThatOthersMayWriteToIsRefused(mode: UInt32) throws {
        try PrivateFile.setMode(mode, of: scratch.path)
        #expect(openError() == .unsafeFolder(mode: mode))
        #expect(throws: PrivateFile.Failure.self) { try PrivateFile.status(of: scratch.database) }
    }

    @Test func aNewDatabaseTakesItsIdentityFromTheRandomnessAndKeepsIt() throws {
        var random = SeededGenerator(seed: 5)
        let store = try SQLiteStore(path: scratch.database, randomness: &random)
        let identity = try store.loadState().databaseID
        try store.close()
        let again = try SQLiteStore(path: scratch.database, randomness: &random)
        #expect(try again.loadState().databaseID == identity)
        let other = try SQLiteStore(path: scratch.path + "/other.db", randomness: &random)
        #expect(try other.loadState().databaseID != identity)
    }

    @Test func closingMovesTheLogIntoTheDatabase() throws {
        let store = try scratch.open()
        try store.commit(Changes(mark: Instant(milliseconds: 1)))
        _ = try store.loadState()
        try store.close()
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["keyward.db"])
    }

    @Test func aNewerDatabaseIsRefusedAndLeftAsItIs() throws {
        try scratch.open().close()
        try outside("PRAGMA user_version = 99")
        let before = try Data(contentsOf: URL(fileURLWithPath: scratch.database))
        #expect(openError() == .newer(found: 99, known: 11))
        #expect(try Data(contentsOf: URL(fileURLWithPath: scratch.database)) == before)
    }

    @Test func aNewerDatabaseIsKnownByItsLogToo() throws {
        let store = try scratch.open()
        try store.pool.write { try $0.execute(sql: "PRAGMA user_version = 99") }
        try scratch.copyAsKilled(to: "killed.db")
        #expect(openError("killed.db") == .newer(found: 99, known: 11))
    }

    @Test(arguments: ["PRAGMA application_id = 42", "CREATE TABLE theirs (a)"])
    func theDatabaseOfAnotherProgramIsRefusedAndLeftAsItIs(sql: String) throws {
        try outside(sql + "; CREATE TABLE more (b)")
        let before = try Data(contentsOf: URL(fileURLWithPath: scratch.database))
        #expect(openError() == .foreign)
        #expect(try Data(contentsOf: URL(fileURLWithPath: scratch.database)) == before)
    }

    @Test func whatIsNoDatabaseIsRefused() throws {
        for bytes in [Data("hello".utf8), Data(repeating: 7, count: 10_000)] {
            try bytes.write(to: URL(fileURLWithPath: scratch.database))
            #expect(openError() == .notADatabase)
        }
    }

    @Test func anEmptyFileBecomesADatabase() throws {
        #expect(try PrivateFile.create(scratch.database))
        #expect(try scratch.open().loadState().lastKeyNumber == 0)
    }

    @Test func aTruncatedDatabaseIsRefused() throws {
        try scratch.open().close()
        #expect(truncate(scratch.database, 4_096) == 0)
        guard case .damaged = openError() else { return #expect(Bool(false)) }
    }

    @Test func aDatabaseWithoutItsIdentityIsRefused() throws {
        try scratch.open().close()
        try outside("DELETE FROM meta")
        guard case .damaged = openError() else { return #expect(Bool(false)) }
    }

    @Test func aDamagedPageOfKeysIsAFailureWhenTheyAreRead() throws {
        let store = try scratch.open()
        var records = RandomRecords(seed: 1)
        var changes = Changes(mark: Instant(milliseconds: 1))
        changes.workspaces = [records.workspace(1)]
        changes.keys = (0..<200).map { _ in records.key(in: 1) }
        try store.commit(changes)
        let root = try store.pool.read {
            try Int.fetchOne($0, sql: "SELECT rootpage FROM sqlite_schema WHERE name = 'keys'")
        }
        try store.close()
        let file = try #require(FileHandle(forUpdatingAtPath: scratch.database))
        try file.seek(toOffset: UInt64(try #require(root) - 1) * 4_096)
        try file.write(contentsOf: Data(repeating: 0xee, count: 4_096))
        try file.close()
        let damaged = try scratch.open()
        let fault = #expect(throws: StoreFault.self) { try damaged.loadKeys { _ in } }
        guard case .damaged = fault else { return #expect(Bool(false), "\(String(describing: fault))") }
    }

    @Test func aFolderThatCannotBeMadeIsAFaultOfTheSystem() {
        #expect(openError("no/such/keyward.db") == .system(call: "mkdir", code: ENOENT))
    }

    @Test(arguments: [
        StoreOpenError.newer(found: 2, known: 1), .foreign, .notADatabase, .damaged("x"), .unsafeFolder(mode: 0o777),
        .system(call: "open", code: EACCES), .cannotWrite("x"), .inUse, .failed("x"),
    ]) func everyErrorIsASentenceThatSaysWhatToDo(error: StoreOpenError) {
        let remedies = ["install", "name another", "restore", "chmod", "check", "make room", "stop it"]
        #expect(remedies.contains { error.description.contains($0) })
        #expect(error.description.hasSuffix(".") && !error.description.contains("\n"))
    }
}
