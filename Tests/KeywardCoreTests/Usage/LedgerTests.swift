import Foundation
import KeywardCore
import KeywardStore
import KeywardTesting
import Testing

/// Usage over kills: what the ledger kept, and when it is trusted.
struct LedgerTests {
    private let scratch: ScratchFolder
    private var path: String { scratch.path + "/usage.ledger" }

    init() throws {
        scratch = try ScratchFolder()
    }

    private func fixture(_ store: InMemoryStore = InMemoryStore()) throws -> AuthorityFixture {
        let path = path
        return try AuthorityFixture(store: store) { state in
            try LedgerFile(path: path, databaseID: state.databaseID, generation: state.generation) { _ in }
        }
    }

    @Test func aKillLosesNoCountAndCountsNoneTwice() throws {
        let fixture = try fixture()
        let key = try fixture.create("crm", scopes: ["a"])
        fixture.verify(key.secret, by: 7, scopes: ["a"])
        try fixture.flush()
        for uid in [7, 8, 8] as [UInt32] { fixture.verify(key.secret, by: uid, scopes: ["a"]) }
        fixture.verify(key.secret, scopes: ["b"])
        let used = fixture.now
        for _ in 1...3 {
            try fixture.restart(flushing: false)
            let usage = try fixture.view(key.id).usage
            #expect((usage.valid, usage.refused, usage.lastUsedAt, usage.lastUsedBy) == (4, 1, used, 8))
        }
        try fixture.flush()
        try FileManager.default.removeItem(atPath: path)
        try fixture.restart(flushing: false)
        let usage = try fixture.view(key.id).usage
        #expect((usage.valid, usage.refused, usage.lastUsedAt, usage.lastUsedBy) == (4, 1, used, 8))
    }

    @Test func theDatabaseStandsWhereItsTotalsAreGreater() throws {
        let fixture = try fixture()
        let key = try fixture.create("crm")
        fixture.verify(key)
        let old = try Data(contentsOf: URL(fileURLWithPath: path))
        for _ in 1...4 { fixture.verify(key) }
        try fixture.restart()
        try old.write(to: URL(fileURLWithPath: path))
        try fixture.restart(flushing: false)
        #expect(try fixture.view(key.id).usage.valid == 5)
    }

    private func hours(_ fixture: AuthorityFixture, _ key: HeldKey) throws -> [[Int64]] {
        try fixture.authority.usage(
            of: key.id, workspace: nil, from: fixture.now - .days(1), to: fixture.now + .hours(1), for: .root,
            at: fixture.now
        ).hours.map { [$0.valid, $0.refused] }
    }

    /// The number of uses within a day in a revoke's check.
    private func usesOfADay(_ fixture: AuthorityFixture, _ key: HeldKey) -> Int64? {
        do {
            try fixture.revoke(key.id, isConfirmed: false)
            return nil
        } catch {
            guard case .confirmationRequired(let checks) = error else { return nil }
            return checks.first?.usesLastDay
        }
    }

    @Test func afterAKillTheHourIsTheLedgersWhereThatIsGreater() throws {
        let fixture = try fixture()
        let key = try fixture.create("crm", scopes: ["a"])
        func use(valid: Int, refused: Int) {
            for _ in 0..<valid { fixture.verify(key) }
            for _ in 0..<refused { fixture.verify(key.secret, scopes: ["b"]) }
        }
        use(valid: 2, refused: 1)
        try fixture.flush()
        use(valid: 3, refused: 4)
        for _ in 1...2 {
            try fixture.restart(flushing: false)
            #expect(try hours(fixture, key) == [[5, 5]])
            #expect(usesOfADay(fixture, key) == 5)
        }
        // The next hour continues from there, and loses nothing of this one.
        fixture.clock.advance(by: .hours(1))
        use(valid: 1, refused: 0)
        try fixture.flush()
        use(valid: 1, refused: 0)
        try fixture.restart(flushing: false)
        #expect(try hours(fixture, key) == [[5, 5], [2, 0]])
    }

    @Test func theHourIsTheDatabasesWhereThatIsGreater() throws {
        let fixture = try fixture()
        let key = try fixture.create("crm", scopes: ["a"])
        fixture.verify(key)
        let old = try Data(contentsOf: URL(fileURLWithPath: path))
        for _ in 1...4 { fixture.verify(key) }
        for _ in 1...3 { fixture.verify(key.secret, scopes: ["b"]) }
        try fixture.restart()
        try old.write(to: URL(fileURLWithPath: path))
        try fixture.restart(flushing: false)
        #expect(try hours(fixture, key) == [[5, 3]])
        #expect(usesOfADay(fixture, key) == 5)
    }

    @Test func aLedgerOfAnotherCopyOfTheDatabaseIsIgnored() throws {
        let store = InMemoryStore()
        let fixture = try fixture(store)
        let key = try fixture.create("crm")
        fixture.verify(key)
        try fixture.flush()
        try store.backUp(toFile: scratch.path + "/copy")
        fixture.verify(key)
        let copy = try #require(store.backup(atFile: scratch.path + "/copy"))
        let restored = try self.fixture(InMemoryStore(contents: copy))
        #expect(try restored.view(key.id).usage.valid == 1)
    }

    @Test func aSlotIsGivenToAnotherKeyOnlyWithNothingInIt() throws {
        let store = InMemoryStore()
        let fixture = try fixture(store)
        let key = try fixture.create("crm")
        for _ in 1...9 { fixture.verify(key) }
        let place = try #require(store.contents.keys[key.number]?.ledger)
        try fixture.revoke(key.id)
        fixture.clock.advance(by: .days(401))
        let report = try fixture.authority.sweep(.retention, at: fixture.now, limit: 10)
        #expect(report.examined == 1)
        let next = try fixture.create("next")
        let taken = try #require(store.contents.keys[next.number]?.ledger)
        #expect(taken.slot == place.slot && taken.generation != place.generation)
        try fixture.restart(flushing: false)
        #expect(try fixture.view(next.id).usage.valid == 0)
    }

    @Test func aSlotThatNamesAnotherKeyThanTheRowIsNotBelieved() throws {
        let store = InMemoryStore()
        let fixture = try fixture(store)
        let key = try fixture.create("crm")
        fixture.verify(key)
        try fixture.flush()
        for _ in 1...5 { fixture.verify(key) }
        var ledger = try Data(contentsOf: URL(fileURLWithPath: path))
        // The generation follows the eight bytes of the first slot's key.
        ledger[4_096 + 8] ^= 1
        try ledger.write(to: URL(fileURLWithPath: path))
        try fixture.restart(flushing: false)
        #expect(try fixture.view(key.id).usage.valid == 1)
    }

    @Test func keysWithoutAPlaceAreGivenOneThatIsStored() throws {
        let store = InMemoryStore()
        let before = try AuthorityFixture(store: store)
        let keys = try (1...3).map { try before.create("key-\($0)") }
        var changes = Changes(mark: before.now)
        // Rows like those of an earlier version, and two with the same slot, as in a damaged database.
        for (key, place) in zip(keys, [nil, LedgerSlot(slot: 9, generation: 9), LedgerSlot(slot: 9, generation: 9)]) {
            var record = try #require(store.contents.keys[key.number])
            record.ledger = place
            changes.keys.append(record)
        }
        try store.commit(changes)
        let fixture = try fixture(store)
        let places = keys.compactMap { store.contents.keys[$0.number]?.ledger }
        #expect(Set(places.map(\.slot)).count == 3)
        keys.forEach { fixture.verify($0) }
        try fixture.restart(flushing: false)
        for key in keys { #expect(try fixture.view(key.id).usage.valid == 1) }
    }

    @Test func aKeyThatCouldNotBeStoredLeavesItsSlotFree() throws {
        let store = InMemoryStore()
        let fixture = try fixture(store)
        store.fail(.commit, with: .cannotWrite("full"))
        #expect(throws: Refusal.self) { try fixture.create("lost") }
        let key = try fixture.create("kept")
        #expect(store.contents.keys[key.number]?.ledger?.slot == 0)
    }
}
