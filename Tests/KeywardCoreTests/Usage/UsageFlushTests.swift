import KeywardTesting
import Testing

@testable import KeywardCore

/// Which usage is stored, in which order, and the time by which all of it is stored.
struct UsageFlushTests {
    private let store: InMemoryStore
    private let fixture: AuthorityFixture
    private let keys: [HeldKey]

    init() throws {
        store = InMemoryStore()
        fixture = try AuthorityFixture(store: store)
        keys = try (0..<5).map { [fixture] in try fixture.create("key-\($0)") }
    }

    /// The number of stored valid uses of each key.
    private var stored: [Int64] { store.contents.validUses }

    private func flush(_ limit: Int) throws -> Bool {
        try fixture.authority.flushUsage(limit: limit, at: fixture.now)
    }

    @Test func keysAreStoredInTurn() throws {
        for _ in 1...3 { keys.forEach { fixture.verify($0) } }
        #expect(try !flush(2))
        #expect(stored == [3, 3, 0, 0, 0])
        keys.forEach { fixture.verify($0) }
        #expect(try !flush(2))
        #expect(stored == [3, 3, 4, 4, 0])
        #expect(try !flush(2))
        #expect(stored == [4, 3, 4, 4, 4])
        #expect(try flush(2))
        #expect(stored == [4, 4, 4, 4, 4])
    }

    @Test func whatCouldNotBeStoredHasItsTurnNext() throws {
        keys.forEach { fixture.verify($0) }
        #expect(try !flush(2))
        fixture.verify(keys[0])
        store.fail(.flush, with: .cannotWrite("full"))
        #expect(throws: StoreFault.self) { try flush(2) }
        #expect(stored == [1, 1, 0, 0, 0])
        #expect(try !flush(2))
        #expect(stored == [1, 1, 1, 1, 0])
        // The last of this cycle and the first of the next return together.
        fixture.verify(keys[2])
        store.fail(.flush, with: .cannotWrite("full"))
        #expect(throws: StoreFault.self) { try flush(2) }
        #expect(try !flush(2))
        #expect(stored == [2, 1, 2, 1, 0])
        #expect(try flush(2))
        #expect(stored == [2, 1, 2, 1, 1])
    }

    @Test func aPurgedKeyLeavesNothingToStore() throws {
        try fixture.flush()
        fixture.verify(keys[1])
        fixture.verify(keys[2])
        try fixture.revoke(keys[1].id)
        fixture.clock.advance(by: .days(401))
        _ = try fixture.authority.sweep(.retention, at: fixture.now, limit: 10)
        #expect(fixture.authority.registry.unstoredCount == 1)
        // It gets the purged key's index in the table.
        let next = try fixture.create("next")
        #expect(fixture.authority.registry.unstoredCount == 1)
        fixture.verify(next)
        let flush = fixture.authority.registry.takeUsage(limit: 9, at: fixture.now)
        #expect(flush.totals.map(\.key) == [next.number, keys[2].number])
    }

    @Test func finishedHoursAreStoredInTheirOrderAFewAtATime() throws {
        // The store refuses writes for five hours.
        store.fail(.flush, with: .cannotWrite("full"), times: .max)
        for hour in 1...5 {
            for key in keys { for _ in 1...hour { fixture.verify(key) } }
            #expect(throws: StoreFault.self) { try flush(2) }
            fixture.clock.advance(by: .hours(1))
        }
        store.recover()
        #expect(fixture.authority.usageDueThisSecond() == 20)
        #expect(try !flush(10))
        #expect(stored == [15, 15, 15, 15, 15])
        #expect(fixture.authority.usageStoredAsOf == nil)
        #expect(try flush(10))
        #expect(fixture.authority.usageStoredAsOf == fixture.now)
        try fixture.restart(flushing: false)
        for key in keys {
            let usage = try fixture.authority.usage(
                of: key.id, workspace: nil, from: fixture.now - .days(1), to: fixture.now, for: .root, at: fixture.now)
            #expect(usage.hours.map(\.valid) == [1, 2, 3, 4, 5])
        }
    }

    @Test func allIsStoredAsOfTheStartOfTheRoundThatIsOver() throws {
        keys.forEach { fixture.verify($0) }
        let start = fixture.now
        _ = try flush(2)
        #expect(fixture.authority.usageStoredAsOf == nil)
        for _ in 1...2 {
            fixture.clock.advance(by: .seconds(1))
            keys.forEach { fixture.verify($0) }
            _ = try flush(2)
        }
        // All but the first were stored, and that one in its initial state.
        #expect(fixture.authority.usageStoredAsOf == start)
        let second = fixture.now
        fixture.clock.advance(by: .seconds(1))
        keys.forEach { fixture.verify($0) }
        _ = try flush(3)
        #expect(fixture.authority.usageStoredAsOf == start)
        _ = try flush(1)
        #expect(fixture.authority.usageStoredAsOf == second)
    }

    @Test func whenTwoRoundsHaveEndedAllIsStored() throws {
        keys.forEach { fixture.verify($0) }
        _ = try flush(3)
        keys.forEach { fixture.verify($0) }
        let end = fixture.authority.flushCycles + 2
        while fixture.authority.flushCycles < end {
            _ = try flush(1)
            // Keys that are used continuously do not delay others.
            fixture.verify(keys[0])
            fixture.verify(keys[4])
        }
        #expect(stored[1...3].elementsEqual([2, 2, 2]) && stored[0] > 2 && stored[4] > 2)
    }

    @Test func withNothingLeftAllIsStoredAsOfNow() throws {
        _ = try flush(0)
        #expect(fixture.authority.usageStoredAsOf == fixture.now)
        fixture.clock.advance(by: .hours(3))
        fixture.verify(keys[3])
        fixture.clock.advance(by: .seconds(1))
        _ = try flush(1)
        #expect(fixture.authority.usageStoredAsOf == fixture.now)
    }

    @Test func whatCouldNotBeStoredIsNotSaidToBe() throws {
        _ = try flush(0)
        let before = fixture.now
        fixture.clock.advance(by: .seconds(1))
        keys.forEach { fixture.verify($0) }
        for limit in [5, 3] {
            store.fail(.flush, with: .cannotWrite("full"))
            #expect(throws: StoreFault.self) { try flush(limit) }
            #expect(fixture.authority.usageStoredAsOf == before)
        }
        _ = try flush(3)
        #expect(fixture.authority.usageStoredAsOf == before)
        _ = try flush(2)
        #expect(fixture.authority.usageStoredAsOf == fixture.now)
    }
}
