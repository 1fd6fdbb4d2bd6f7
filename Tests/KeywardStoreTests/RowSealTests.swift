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
        store.sealKeys(with: Self.sealers(keys), without: [])
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

    @Test func aRenewedDigestIsSealed() throws {
        var changes = Changes(mark: Instant(milliseconds: 2))
        changes.keys = keys.prefix(10).map { key in
            var key = key
            (key.digest.words[0], key.pepper) = (key.digest.words[0] ^ 1, keys[20].pepper)
            return key
        }
        changes.renewed = Set(changes.keys.map(\.number))
        try store.commit(changes)
        #expect(try damaged(in: store).isEmpty)
        let stored = try store.pool.read {
            try Int.fetchOne($0, sql: "SELECT count(*) FROM keys WHERE pepper = \(keys[20].pepper.rawValue)")
        }
        #expect(stored == 11)
    }

    @Test func rowsUnderARemovedPepperAreNotCheckedAndAllOthersAre() throws {
        #expect(try damaged(in: store).isEmpty)
        let kept = Self.sealers(keys).filter { $0.key != keys[3].pepper }
        store.sealKeys(with: kept, without: [keys[3].pepper])
        #expect(try damaged(in: store).isEmpty)
        // A sweep writes such a row again.
        var changes = Changes(mark: Instant(milliseconds: 2))
        changes.keys = [keys[3]]
        changes.keys[0].name += "x"
        try store.commit(changes)
        #expect(try damaged(in: store).isEmpty)
        try edit("UPDATE keys SET name = 'other' WHERE number = \(keys[4].number)")
        #expect(try damaged(in: store) == [keys[4].prefix])
        // A pepper that was not removed must have its key.
        store.sealKeys(with: kept, without: [])
        #expect(try Set(damaged(in: store)) == [keys[3].prefix, keys[4].prefix])
    }

    @Test func theColumnsOfTheTableAreTheFieldsOfAKey() throws {
        let columns = try store.pool.read { try $0.columns(in: "keys").map(\.name) }
        #expect(columns.sorted() == (KeyTable.columns + ["seal"]).sorted())
    }

    /// HMAC-SHA-256 of the values, made by another program. A seal in another form would make every stored key damaged.
    @Test func aSealStaysTheSame() throws {
        let key = KeyRecord(
            number: 9_000, id: "key_sealed", workspace: 1, name: "crm", prefix: "kw_sealed",
            digest: Digest(words: SIMD4(1, 2, 3, 4)), pepper: PepperID(rawValue: 7),
            createdAt: Instant(milliseconds: 5), createdBy: Actor(uid: 0, user: "root"),
            expiresAt: Instant(milliseconds: 90), lifetime: .seconds(1),
            attributes: KeyAttributes(
                owner: OwnerRecord(name: "Team", contact: "a@b"), purpose: "billing", scopes: ["a:*", "b"],
                metadata: #"{"a":1}"#))
        store.sealKeys(with: [key.pepper: KeyedDigest(key: Array("pepper".utf8))], without: [])
        var changes = Changes(mark: Instant(milliseconds: 3))
        changes.keys = [key]
        try store.commit(changes)
        let seal = try store.pool.read {
            try String.fetchOne($0, sql: "SELECT hex(seal) FROM keys WHERE number = 9000")
        }
        #expect(seal == "440AABED984CE93204FE0FA54F24ABE9")
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
        copy.sealKeys(with: Self.sealers(keys), without: [])
        #expect(try damaged(in: copy) == [keys[2].prefix])
    }
}
