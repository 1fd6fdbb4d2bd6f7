import Foundation
import GRDB
import KeywardCore
import KeywardTesting
import Testing

@testable import KeywardStore

@Suite struct FaultTests {
    let scratch: Scratch
    let store: SQLiteStore

    init() throws {
        scratch = try Scratch()
        store = try scratch.open()
    }

    fileprivate static func isCannotWrite(_ fault: StoreFault?) -> Bool {
        if case .cannotWrite = fault { true } else { false }
    }

    @Test func aFullDatabaseRefusesWritesServesReadsAndRecovers() throws {
        var records = RandomRecords(seed: 1)
        try store.commit(Self.keys(20, from: &records))
        let before = try StoreSnapshot(of: store)
        try limitPages("(SELECT * FROM pragma_page_count)")

        var fault: StoreFault?
        let large = Self.keys(500, from: &records)
        fault = #expect(throws: StoreFault.self) { try store.commit(large) }
        #expect(Self.isCannotWrite(fault), "\(String(describing: fault))")
        var usage = UsageFlush(mark: Instant(milliseconds: 9))
        usage.hours = (0..<5_000).map { HourUsage(key: 1, hour: $0, valid: 1, refused: 0) }
        fault = #expect(throws: StoreFault.self) { try store.flush(usage) }
        #expect(Self.isCannotWrite(fault), "\(String(describing: fault))")
        #expect(try StoreSnapshot(of: store) == before)

        try limitPages("1000000")
        try store.commit(large)
        try store.flush(usage)
        #expect(try StoreSnapshot(of: store).keys.count == 520)
    }

    /// A file at its size limit gives EFBIG where a quota gives EDQUOT: SQLite reports both as a failed write.
    @Test func aFileThatMayNotGrowIsNoRoomAndNotAFailure() async {
        await #expect(processExitsWith: .success) { [path = scratch.path as String] in
            var random = SeededGenerator(seed: 1)
            let store = try SQLiteStore(path: path + "/limited.db", randomness: &random)
            var records = RandomRecords(seed: 1)
            try store.commit(FaultTests.keys(20, from: &records))
            let before = try StoreSnapshot(of: store)
            let large = FaultTests.keys(500, from: &records)

            signal(SIGXFSZ, SIG_IGN)
            let logLength = try PrivateFile.status(of: path + "/limited.db-wal").length
            try FaultTests.limitFiles(to: logLength + 10_000)
            let fault = #expect(throws: StoreFault.self) { try store.commit(large) }
            try #require(FaultTests.isCannotWrite(fault), "\(String(describing: fault))")
            try #require(StoreSnapshot(of: store) == before)

            // A copy that does not fit leaves no file.
            try FaultTests.limitFiles(to: 10_000)
            let backup = #expect(throws: StoreFault.self) { try store.backUp(toFile: path + "/backup") }
            try #require(FaultTests.isCannotWrite(backup))
            try #require(!FileManager.default.fileExists(atPath: path + "/backup"))

            try FaultTests.limitFiles(to: nil)
            try store.commit(large)
            try #require(StoreSnapshot(of: store).keys.count == 520)
            try store.backUp(toFile: path + "/backup")
        }
    }

    /// Limits the length of a file of this process, in bytes; `nil` removes the limit.
    fileprivate static func limitFiles(to length: Int?) throws {
        var limit = rlimit(rlim_cur: length.map { rlim_t($0) } ?? .max, rlim_max: .max)
        try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
    }

    @Test func faultsAreSortedByWhatCanBeDoneAboutThem() {
        let passing: [(Int32, Int32)] = [
            (13, 0), (5, 0), (8, 0), (778, ENOSPC), (778, EDQUOT), (778, EROFS), (4_874, ENOSPC), (14, EDQUOT),
        ]
        for (code, systemError) in passing {
            #expect(Self.isCannotWrite(StoreFault(SQLiteFailure(code: code, systemError: systemError))), "\(code)")
        }
        // A failed fsync stays a failure even on a full disk: the content of the page cache is unknown.
        let failing: [(Int32, Int32)] = [
            (778, EIO), (1_034, EIO), (1_034, ENOSPC), (1_290, ENOSPC), (266, EIO), (11, 0), (26, 0), (1_032, 0),
            (14, EMFILE), (7, 0), (19, 0),
        ]
        for (code, systemError) in failing {
            #expect(!Self.isCannotWrite(StoreFault(SQLiteFailure(code: code, systemError: systemError))), "\(code)")
        }
    }

    @Test func aFaultTellsNothingOfWhatWasWritten() throws {
        var records = RandomRecords(seed: 2)
        try store.commit(Self.keys(1, from: &records))
        var clash = Self.keys(1, from: &records)
        clash.keys[0].id = "sentinel-id"
        clash.keys[0].name = "sentinel-name"
        clash.keys[0].metadata = "sentinel-metadata"
        clash.keys[0].workspace = 55
        let fault = try #require(throws: StoreFault.self) { try store.commit(clash) }
        let text = "\(fault) \(String(reflecting: fault))"
        for word in ["sentinel", "55", "INSERT", "keys", scratch.path] {
            #expect(!text.contains(word), "\(word)")
        }
    }

    private func limitPages(_ count: String) throws {
        try store.pool.writeWithoutTransaction { database in
            let pages = try Int.fetchOne(database, sql: "SELECT \(count)")!
            _ = try Int.fetchOne(database, sql: "PRAGMA max_page_count = \(pages)")
        }
    }

    fileprivate static func keys(_ count: Int, from records: inout RandomRecords) -> Changes {
        var changes = Changes(mark: Instant(milliseconds: 0))
        changes.workspaces = [records.workspace(1)]
        changes.keys = (0..<count).map { _ in records.key(in: 1) }
        return changes
    }
}
