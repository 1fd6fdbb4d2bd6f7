import Foundation
import GRDB
import KeywardCore
import KeywardStore
import KeywardTesting
import Testing

/// The stores that must satisfy the contract.
enum StoreKind: String, CaseIterable, Sendable {
    case sqlite, memory

    func make() throws -> any StoreFixture {
        switch self {
        case .sqlite: try SQLiteFixture()
        case .memory: try MemoryFixture()
        }
    }
}

struct SQLiteFixture: StoreFixture {
    let scratch: Scratch
    let sqlite: SQLiteStore

    init() throws {
        scratch = try Scratch()
        sqlite = try scratch.open()
    }

    var store: any KeyStore { sqlite }
    var folder: String { scratch.path }

    func afterKill() throws -> any KeyStore {
        try scratch.copyAsKilled(to: "killed.db")
        return try scratch.open("killed.db")
    }

    func backup(atFile path: String) throws -> any KeyStore {
        var random = SeededGenerator(seed: 8)
        return try SQLiteStore(path: path, randomness: &random)
    }

    func tombstones() throws -> [Tombstone] {
        // As bytes: GRDB reads a text up to its first NUL.
        let sql = "SELECT id, digest, CAST(reason AS BLOB), purged_at FROM tombstones"
        return try DatabaseQueue(path: scratch.database).read { database in
            try Row.fetchAll(database, sql: sql).map { row in
                Tombstone(
                    id: row[0], digest: Digest(bytes: row[1] as Data)!,
                    reason: String(decoding: row[2] as Data, as: UTF8.self),
                    purgedAt: Instant(milliseconds: row[3]))
            }
        }
    }
}

struct MemoryFixture: StoreFixture {
    let scratch: Scratch
    let memory = InMemoryStore()

    init() throws {
        scratch = try Scratch()
    }

    var store: any KeyStore { memory }
    var folder: String { scratch.path }

    func afterKill() throws -> any KeyStore { InMemoryStore(contents: memory.contents) }

    func backup(atFile path: String) throws -> any KeyStore {
        InMemoryStore(contents: try #require(memory.backup(atFile: path)))
    }

    func tombstones() throws -> [Tombstone] { memory.contents.tombstones }
}
