import Foundation
import GRDB
import KeywardCore
import KeywardTesting
import Testing

@testable import KeywardStore

@Suite struct CrashTests {
    /// The file of the writing process: one byte per commit that the store has acknowledged.
    fileprivate static let acknowledged = "/acknowledged"

    @Test func whatWasAcknowledgedIsThereAfterAKillAtAnyMoment() async throws {
        let scratch = try Scratch()
        var random = SystemRandomNumberGenerator()
        var keys = 0
        for round in 1...10 {
            let life = Int.random(in: 3_000_000...60_000_000, using: &random)
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = scratch.path as String, life = life as Int] in
                try CrashTests.commitUntilKilled(in: path, after: life)
            }
            let store = try scratch.open()
            let found = try StoreSnapshot(of: store)
            let acknowledged = try PrivateFile.status(of: scratch.path + Self.acknowledged).length
            // At most one commit of each round was on disk but not yet acknowledged.
            #expect((acknowledged...acknowledged + round).contains(found.keys.count))
            #expect(found.keys.map(\.number) == Array(1...Int64(found.keys.count)))
            // Each commit is complete: a key, its request and its entry.
            #expect(found.audit.count == found.keys.count)
            #expect(found.requests.count == found.keys.count)
            #expect(found.lastKeyNumber == Int64(found.keys.count))
            #expect(found.keys.count > keys)
            keys = found.keys.count
            #expect(try Self.integrity(of: store) == ["ok"])
            try store.close()
        }
    }

    private static func integrity(of store: SQLiteStore) throws -> [String] {
        try store.pool.read { try String.fetchAll($0, sql: "PRAGMA integrity_check") }
    }

    /// Commits key after key; the kernel kills the process `life` nanoseconds after the first.
    fileprivate static func commitUntilKilled(in path: String, after life: Int) throws {
        var random = SystemRandomNumberGenerator()
        let store = try SQLiteStore(path: path + "/keyward.db", randomness: &random)
        let log = open(path + acknowledged, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        var number = try store.loadState().lastKeyNumber
        var entry = try store.loadState().auditHead?.seq ?? 0
        var records = RandomRecords(seed: UInt64(number))
        var armed = false
        while true {
            number += 1
            entry += 1
            var changes = Changes(mark: Instant(milliseconds: number))
            changes.workspaces = [records.workspace(1)]
            var key = records.key(in: 1)
            (key.number, key.id, key.prefix) = (number, "key_\(number)", "kw_\(number)")
            changes.keys = [key]
            changes.requests = [RequestRecord(workspace: 1, requestID: "\(number)", key: number, at: changes.mark)]
            var record = records.entry()
            record.seq = entry
            changes.audit = [record]
            try store.commit(changes)
            guard write(log, "+", 1) == 1 else { return }
            if !armed { try killItself(after: life) }
            armed = true
        }
    }

    /// Makes the kernel send this process SIGKILL.
    private static func killItself(after nanoseconds: Int) throws {
        var event = sigevent()
        event.sigev_notify = Int32(SIGEV_SIGNAL)
        event.sigev_signo = SIGKILL
        var timer: timer_t?
        try #require(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0)
        var moment = itimerspec()
        moment.it_value.tv_nsec = nanoseconds
        try #require(timer_settime(timer, 0, &moment, nil) == 0)
    }
}
