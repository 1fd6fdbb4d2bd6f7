import Foundation
import GRDB
import KeywardCore
import KeywardTesting
import Testing

@testable import KeywardStore

/// The checksum of a key's row detects a change.
@Suite struct RowSealTests {
    let scratch: Scratch
    let store: SQLiteStore
    let keys: [KeyRecord]

    init() throws {
        scratch = try Scratch()
        store = try scratch.open()
        var records = RandomRecords(seed: 3)
        var changes = Changes(mark: Instant(milliseconds: 1))
        changes.workspaces = [records.workspace(1)]
        changes.keys = (0..<30).map { _ in records.key(in: 1) }
        keys = changes.keys
        store.sealKeys(with: Self.sealers(keys))
        try store.commit(changes)
    }

    private static func sealers(_ keys: [KeyRecord]) -> [PepperID: KeyedDigest] {
        Dictionary(
            keys.map { ($0.pepper, KeyedDigest(key: Array("pepper \($0.pepper.rawValue)".utf8))) },
            uniquingKeysWith: { first, _ in first })
    }

    /// The prefixes that a complete pass reports, in steps of seven rows.
    private func damaged(in store: SQLiteStore) throws -> [String] {
        var (position, found): (Int64, [String]) = (0, [])
        while true {
            let check = try store.checkKeys(after: position, limit: 7)
            found += check.damaged
            guard let last = check.last else { return found }
            position = last
        }
    }

    private func edit(_ sql: String) throws {
        try store.pool.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF; " + sql)
        }
    }

    @Test func whatWasWrittenIsSoundAndStaysSoWhenItIsWrittenAgain() throws {
        #expect(try damaged(in: store).isEmpty)
        var changes = Changes(mark: Instant(milliseconds: 2))
        changes.keys = keys.map { key in
            var key = key
            key.name += "x"
            return key
        }
        changes.places = keys.map { KeyLedgerSlot(key: $0.number, place: LedgerSlot(slot: 9, generation: 9)) }
        try store.commit(changes)
        #expect(try damaged(in: store).isEmpty)
    }

    @Test(arguments: RowSeal.columns) func aValueThatSomebodyElseWroteIsFound(column: String) throws {
        #expect(try damaged(in: store).isEmpty)
        let key = keys[11]
        // Another number with as many digits, a text with another last byte, a value in place of NULL.
        let type = try store.pool.read {
            try String.fetchOne($0, sql: "SELECT typeof(\(column)) FROM keys WHERE number = \(key.number)")
        }
        let declared = try store.pool.read { database in
            try database.columns(in: "keys").first { $0.name == column }?.type
        }
        let value =
            switch (type, declared) {
            case ("integer", _): "\(column) + 1"
            case ("text", _): "substr(\(column), 1, length(\(column)) - 1) || '~'"
            case ("blob", _): "zeroblob(32)"
            case (_, "INTEGER"): "1"
            case (_, "BLOB"): "zeroblob(32)"
            default: "'~'"
            }
        // The number of a key can only become another number.
        try edit(
            "UPDATE keys SET \(column) = \(column == "number" ? "number + 1000000" : value) WHERE number = \(key.number)"
        )
        let prefix = column == "prefix" ? String(key.prefix.dropLast()) + "~" : key.prefix
        #expect(try damaged(in: store) == [prefix])
    }

    @Test(arguments: ["NULL", "zeroblob(16)"]) func aSealThatIsGoneOrAnotherIsFound(seal: String) throws {
        #expect(try damaged(in: store).isEmpty)
        try edit("UPDATE keys SET seal = \(seal) WHERE number = \(keys[4].number)")
        #expect(try damaged(in: store) == [keys[4].prefix])
        // A change writes the row again.
        var changes = Changes(mark: Instant(milliseconds: 2))
        changes.keys = [keys[4]]
        try store.commit(changes)
        #expect(try damaged(in: store).isEmpty)
    }

    @Test func theSealOfAnotherRowIsNone() throws {
        try edit("UPDATE keys SET seal = (SELECT seal FROM keys WHERE number = \(keys[0].number))")
        #expect(try damaged(in: store) == keys.dropFirst().map(\.prefix))
    }

    @Test func whatAnEarlierVersionWroteIsSealedByTheFirstPass() throws {
        try edit("UPDATE keys SET seal = NULL; UPDATE meta SET rows_sealed = 0")
        #expect(try damaged(in: store).isEmpty)
        let bare = try store.pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM keys WHERE seal IS NULL") }
        #expect(bare == 0)
        try edit("UPDATE keys SET purpose = 'other' WHERE number = \(keys[2].number)")
        #expect(try damaged(in: store) == [keys[2].prefix])
    }

    @Test func aCopyIsAsSoundAsItsSource() throws {
        try edit("UPDATE keys SET purpose = 'other' WHERE number = \(keys[2].number)")
        try store.backUp(toFile: scratch.path + "/copy.db")
        let copy = try scratch.open("copy.db")
        copy.sealKeys(with: Self.sealers(keys))
        #expect(try damaged(in: copy) == [keys[2].prefix])
    }
}
