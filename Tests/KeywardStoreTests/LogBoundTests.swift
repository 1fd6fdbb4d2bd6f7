import Dispatch
import Foundation
import KeywardCore
import KeywardTesting
import Synchronization
import Testing

@testable import KeywardStore

/// The write-ahead log stays within its limit, even during long reads.
@Suite struct LogBoundTests {
    /// What docs/operations.md states.
    private static let bound = 64 << 20

    private let scratch: Scratch
    private let store: SQLiteStore

    init() throws {
        scratch = try Scratch()
        store = try scratch.open()
    }

    private var logLength: Int {
        get throws { try PrivateFile.status(of: scratch.database + "-wal").length }
    }

    /// Overwrites a megabyte: the log grows by it, the database does not. It checks the log each time, because the log
    /// may be short again at the end.
    private func changeMuch() {
        var changes = Changes(mark: Instant(milliseconds: 1))
        changes.requests = (0..<16).map { index in
            RequestRecord(
                workspace: 1, requestID: "\(index)" + String(repeating: "x", count: 64 << 10), key: 1,
                at: Instant(milliseconds: 1))
        }
        #expect(throws: Never.self) { try store.commit(changes) }
        changes.requests = []
        changes.forgetRequestsBefore = Instant(milliseconds: 2)
        #expect(throws: Never.self) { try store.commit(changes) }
        #expect((try? logLength).map { $0 < Self.bound } == true)
    }

    private func fill(entries: Int, keys: Int = 1) throws {
        var records = RandomRecords(seed: 1)
        var changes = Changes(mark: Instant(milliseconds: 1))
        changes.workspaces = [records.workspace(1)]
        changes.keys = (0..<keys).map { _ in records.key(in: 1) }
        changes.audit = (0..<entries).map { _ in records.entry() }
        try store.commit(changes)
    }

    @Test func aLookAtTheWholeTrailDoesNotHoldTheLog() throws {
        try fill(entries: 50)
        var seen = 0
        try store.visitAudit { _ in
            changeMuch()
            seen += 1
            return true
        }
        #expect(seen == 50)
    }

    @Test func aBackupDoesNotHoldTheLog() throws {
        try fill(entries: 0, keys: 20_000)
        var steps = 0
        let isWhole = try store.backUp(toFile: scratch.path + "/backup") {
            if steps < 3 {
                for _ in 0..<15 { changeMuch() }
            }
            steps += 1
            return true
        }
        #expect(isWhole && steps > 3)
        var seed = SeededGenerator(seed: 1)
        let copy = try SQLiteStore(path: scratch.path + "/backup", randomness: &seed)
        #expect(try copy.countKeys() == 20_000)
    }

    /// Each is short, but at any time one of them is active.
    @Test func readersThatFollowEachOtherDoNotHoldTheLog() throws {
        try fill(entries: 20_000)
        let store = store
        let readers = Readers(4) { try? _ = store.auditEntries(matching: AuditQuery(limit: 20_000)) }
        for _ in 0..<80 { changeMuch() }
        readers.end()
    }

    @Test func nobodyReadsDuringAPause() {
        let (snapshots, reads) = (OpenSnapshots(), Reads())
        let readers = Readers(3) { snapshots.withOne { reads.pass() } }
        while reads.ended.load(ordering: .relaxed) < 20_000 {
            snapshots.pause(atMost: .seconds(60)) {
                #expect(reads.open.load(ordering: .relaxed) == 0)
            }
        }
        readers.end()
    }

    @Test func aReaderThatStaysHoldsNoCommitForEver() throws {
        try fill(entries: 1)
        try store.loadKeys { _ in
            for _ in 0..<10 { changeMuch() }
        }
        changeMuch()
    }
}

/// Separate threads that read repeatedly, because tests run on few threads.
private final class Readers: Sendable {
    private let done = Flag()
    private let ended = DispatchGroup()

    init(_ count: Int, _ read: @escaping @Sendable () -> Void) {
        for _ in 0..<count {
            ended.enter()
            Thread.detachNewThread { [done, ended] in
                while !done.isSet { read() }
                ended.leave()
            }
        }
    }

    func end() {
        done.set()
        ended.wait()
    }
}

/// Long reads.
private final class Reads: Sendable {
    let open = Atomic(0)
    let ended = Atomic(0)

    func pass() {
        open.add(1, ordering: .relaxed)
        for _ in 0..<100 { _ = ended.load(ordering: .relaxed) }
        ended.add(1, ordering: .relaxed)
        open.subtract(1, ordering: .relaxed)
    }
}
