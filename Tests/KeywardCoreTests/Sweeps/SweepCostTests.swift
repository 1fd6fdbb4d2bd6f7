import KeywardTesting
import Testing

@testable import KeywardCore

struct SweepCostTests {
    /// Keys of every kind, all with something due after 500 days.
    private func crowd(limit: Int?) throws -> (InMemoryStore, AuthorityFixture) {
        let store = InMemoryStore()
        var policy = Policy()
        policy.sweeps.disableAfterDays = 200
        policy.sweeps.largestShare = 1
        let fixture = try AuthorityFixture(store: store, policy: policy)
        for index in 0..<12 {
            let key = try fixture.create("key-\(index)", expiresIn: index % 3 == 0 ? .days(40 + index) : nil)
            if index % 4 == 1 { try fixture.rotate(key.id) }
            if index % 5 == 2 { try fixture.revoke(key.id) }
        }
        for day in [20, 45, 95, 190, 210, 450] {
            fixture.clock.advance(to: ManualClock().now + .days(day))
            for sweep in Sweep.allCases {
                var rounds = 0
                while try fixture.authority.sweep(sweep, at: fixture.now, limit: limit ?? 1_000).isMoreDue {
                    rounds += 1
                    try #require(rounds < 1_000)
                    // Stopped between two batches, and started again.
                    if rounds == 1 { try fixture.restart() }
                }
            }
        }
        return (store, fixture)
    }

    @Test func batchesAndStopsBetweenThemLeadToTheSameEnd() throws {
        let whole = try crowd(limit: nil)
        for limit in [1, 3] {
            let parts = try crowd(limit: limit)
            #expect(try StoreSnapshot(of: parts.0).keys == StoreSnapshot(of: whole.0).keys)
            #expect(parts.1.actions.sorted() == whole.1.actions.sorted())
        }
        #expect(whole.1.actions.contains("key.purged"))
        #expect(whole.1.actions.contains("key.disabled"))
    }

    @Test(arguments: Sweep.allCases)
    func aDryRunChangesNothingAndTellsWhatWouldHappen(sweep: Sweep) throws {
        let store = InMemoryStore()
        let fixture = try AuthorityFixture(store: store)
        for index in 0..<6 { try fixture.create("key-\(index)", expiresIn: index < 3 ? .days(100) : nil) }
        fixture.clock.advance(by: .days(600))
        let before = try StoreSnapshot(of: store)
        let dry = try fixture.authority.sweep(sweep, at: fixture.now, limit: 100, dryRun: true)
        #expect(try fixture.authority.sweep(sweep, at: fixture.now, limit: 100, dryRun: true) == dry)
        #expect(try StoreSnapshot(of: store) == before)
        #expect(dry.dryRun)
        #expect(!dry.changed.isEmpty)
        let wet = try fixture.authority.sweep(sweep, at: fixture.now, limit: 100)
        #expect(wet.changed == dry.changed)
        #expect(wet.examined == dry.examined)
    }

    @Test func aBatchThatCannotBeStoredIsDueAgain() throws {
        let store = InMemoryStore()
        let fixture = try AuthorityFixture(store: store)
        for index in 0..<3 { try fixture.create("key-\(index)", expiresIn: .days(1)) }
        fixture.clock.advance(by: .days(1))
        store.fail(.commit, with: .cannotWrite("full"))
        #expect(throws: Refusal.self) { try fixture.authority.sweep(.expiry, at: fixture.now, limit: 2) }
        #expect(try fixture.authority.sweep(.expiry, at: fixture.now, limit: 100).changed == [.keyExpired: 3])
    }

    @Test(arguments: Sweep.allCases)
    func withNothingDueNoKeyIsLookedAt(sweep: Sweep) throws {
        let store = InMemoryStore()
        let fixture = try AuthorityFixture(store: store)
        try store.commit(crowd(of: 10_000, at: fixture.now))
        try fixture.restart()
        fixture.clock.advance(by: .days(1))
        #expect(try fixture.authority.sweep(sweep, at: fixture.now, limit: 1_000).examined == 0)
        let due = try #require(fixture.authority.nextDue(sweep, at: fixture.now))
        #expect(due > fixture.now)
        fixture.clock.advance(to: due)
        #expect(try fixture.authority.sweep(sweep, at: fixture.now, limit: 100).examined == 100)
    }

    private func crowd(of count: Int64, at now: Instant) -> Changes {
        var records = RandomRecords(seed: 12)
        var changes = Changes(mark: now)
        changes.keys = (1...count).map { number in
            var key = KeyRecord(
                number: number, id: "key_\(number)", workspace: 1, name: "key-\(number)", prefix: "kw_\(number)",
                digest: records.digest(), pepper: PepperID(rawValue: 0), createdAt: now, createdBy: Actor(uid: 0))
            if number % 2 == 0 { key.expiresAt = now + .days(400) }
            return key
        }
        return changes
    }

    @Test func theIndexAgreesWithALookAtEverything() {
        var random = SeededGenerator(seed: 11)
        var index = DueIndex()
        var plain: [Int: Instant] = [:]
        var now = Instant(milliseconds: 0)
        for _ in 0..<20_000 {
            let key = Int.random(in: 0..<300, using: &random)
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<6:
                let at = now + Instant.Span(milliseconds: Int64.random(in: 0..<500, using: &random))
                index.set(key, to: at)
                plain[key] = at
            case 6..<8:
                index.set(key, to: .distantFuture)
                plain[key] = nil
            case 8:
                now = now + Instant.Span(milliseconds: Int64.random(in: 0..<40, using: &random))
                #expect(Set(index.all(at: now)) == Set(plain.filter { $0.value <= now }.keys))
            default:
                #expect(index.next() == plain.values.min())
                for entry in index.take(at: now, limit: 5) {
                    #expect(plain[entry.index] == entry.at)
                    #expect(entry.at <= now && entry.at == plain.values.min())
                    plain[entry.index] = nil
                }
            }
        }
    }
}
