import Foundation
import GRDB
import KeywardCore
import KeywardTesting
import Testing

@testable import KeywardStore

@Suite struct BackupTests {
    let scratch: Scratch
    let store: SQLiteStore
    var path: String { scratch.path + "/backup" }

    init() throws {
        scratch = try Scratch()
        store = try scratch.open()
        var records = RandomRecords(seed: 1)
        var changes = Changes(mark: Instant(milliseconds: 1))
        changes.workspaces = [records.workspace(1)]
        changes.keys = (0..<100).map { _ in records.key(in: 1) }
        try store.commit(changes)
    }

    @Test func theCopyIsOnePrivateFileThatNeedsNoLog() throws {
        try store.backUp(toFile: path)
        #expect(try PrivateFile.status(of: path).mode == 0o600)
        let names = try FileManager.default.contentsOfDirectory(atPath: scratch.path)
        #expect(names.filter { $0.hasPrefix("backup") } == ["backup"])
        // Bytes 18 and 19 of the header: 1 is a database without a log, 2 one with.
        #expect(try PrivateFile.start(of: path, count: 20)?[18...] == [1, 1])
        let check = try DatabaseQueue(path: path).read { try String.fetchAll($0, sql: "PRAGMA integrity_check") }
        #expect(check == ["ok"])
    }

    @Test func aCopyHasAGenerationOfItsOwn() throws {
        try store.backUp(toFile: path)
        let copied = try DatabaseQueue(path: path).read { try Int64.fetchOne($0, sql: "SELECT generation FROM meta") }
        #expect(try store.loadState().generation != copied)
    }

    @Test func whatLiesUnderTheNameIsLeftAsItIs() throws {
        try Data("mine".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: StoreFault.exists) { try store.backUp(toFile: path) }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine")
        try FileManager.default.createSymbolicLink(
            atPath: scratch.path + "/link", withDestinationPath: scratch.path + "/target")
        #expect(throws: StoreFault.exists) { try store.backUp(toFile: scratch.path + "/link") }
        #expect(!FileManager.default.fileExists(atPath: scratch.path + "/target"))
    }

    @Test func aCopyThatIsToldToStopLeavesNoFile() throws {
        var asked = 0
        let isWhole = try store.backUp(toFile: path) {
            asked += 1
            return false
        }
        #expect(!isWhole && asked == 1)
        #expect(!FileManager.default.fileExists(atPath: path))
        try store.backUp(toFile: path)
    }

    @Test func aFolderThatIsNotThereIsAFaultWithoutItsPath() throws {
        let fault = try #require(throws: StoreFault.self) { try store.backUp(toFile: path + "/none/backup") }
        #expect(!"\(fault)".contains(scratch.path))
    }

    @Test func aCopyIsMadeBesideABusyWriter() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let done = Flag()
            let (store, path) = (store, path)
            group.addTask {
                var number = Int64(1)
                while !done.isSet {
                    number += 1
                    try store.commit(Changes(mark: Instant(milliseconds: number)))
                }
            }
            defer { done.set() }
            for copy in 0..<20 {
                try store.backUp(toFile: path + "\(copy)")
                #expect(try Self.keys(inFile: path + "\(copy)") == 100)
            }
            done.set()
            try await group.waitForAll()
        }
    }

    private static func keys(inFile path: String) throws -> Int? {
        try DatabaseQueue(path: path).read { try Int.fetchOne($0, sql: "SELECT count(*) FROM keys") }
    }
}
