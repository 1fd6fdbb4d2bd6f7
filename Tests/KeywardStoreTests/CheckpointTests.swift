import Foundation
import GRDB
import KeywardCore
import KeywardTesting
import Testing

@testable import KeywardStore

@Suite struct CheckpointTests {
    private func filled() throws -> (Scratch, SQLiteStore) {
        let scratch = try Scratch()
        let store = try scratch.open()
        var records = RandomRecords(seed: 1)
        var changes = Changes(mark: Instant(milliseconds: 1))
        changes.workspaces = [records.workspace(1)]
        changes.keys = (0..<500).map { _ in records.key(in: 1) }
        try store.commit(changes)
        return (scratch, store)
    }

    private func logLength(_ scratch: Scratch) throws -> Int {
        try PrivateFile.status(of: scratch.database + "-wal").length
    }

    @Test func itGivesTheLogsRoomBack() throws {
        let (scratch, store) = try filled()
        #expect(try logLength(scratch) > 100_000)
        try store.checkpoint()
        #expect(try logLength(scratch) == 0)
    }

    /// An audit check may read for minutes: the maintenance queue must not wait for it.
    @Test func itWaitsForNoReader() throws {
        let (scratch, store) = try filled()
        try store.pool.read { database in
            _ = try Int.fetchOne(database, sql: "SELECT count(*) FROM keys")
            let before = ContinuousClock.now
            try store.checkpoint()
            // A wait would take the five seconds of the busy timeout.
            #expect(ContinuousClock.now - before < .seconds(3))
        }
        #expect(try logLength(scratch) > 0)
        try store.checkpoint()
        #expect(try logLength(scratch) == 0)
    }

    @Test func writersWaitForEachOtherAsBefore() throws {
        let (_, store) = try filled()
        try store.checkpoint()
        let timeout = try store.pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA busy_timeout") }
        #expect(timeout == 5_000)
    }
}
