import KeywardTesting
import Testing

@testable import KeywardCore

struct SweepCostTests {
    /// Keys of every kind, each with something due after 500 days.
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
                var run = fixture.authority.beginSweep(sweep, at: fixture.now)
                try fixture.authority.continueSweep(&run, at: fixture.now, limit: limit ?? 1_000)
                // Stopped between two batches, and started again.
                if !run.isOver { try fixture.restart() }
                _ = try fixture.authority.sweep(sweep, at: fixture.now, limit: limit ?? 1_000)
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

    /// Every kind of change, with a store that permanently fails at this commit: memory is lost, and everything is
    /// loaded again.
    private func crowd(stopping commit: Int) throws -> (InMemoryStore, AuthorityFixture) {
        let store = InMemoryStore()
        let fixture = try AuthorityFixture(store: store)
        for index in 0..<8 {
            let key = try fixture.create("key-\(index)", expiresIn: index < 6 ? .days(40 + index) : nil)
            if index < 3 { try fixture.rotate(key.id) }
        }
        try fixture.flush()
        store.fail(.commit, with: .failed("killed"), after: commit)
        for day in [20, 44, 95, 450, 470] {
            fixture.clock.advance(to: ManualClock().now + .days(day))
            for sweep in Sweep.allCases {
                if (try? fixture.authority.sweep(sweep, at: fixture.now, limit: 2)) == nil {
                    try fixture.restart(flushing: false)
                    _ = try fixture.authority.sweep(sweep, at: fixture.now, limit: 2)
                }
            }
        }
        store.recover()
        return (store, fixture)
    }

    @Test func aStopWithinAnyCommitLeadsToTheSameEnd() throws {
        let whole = try crowd(stopping: .max)
        let commits = whole.0.writes.commits
        #expect(commits > 20)
        for commit in 0..<commits {
            let stopped = try crowd(stopping: commit)
            #expect(try StoreSnapshot(of: stopped.0).keys == StoreSnapshot(of: whole.0).keys, "\(commit)")
            #expect(stopped.0.contents.tombstones.count == whole.0.contents.tombstones.count)
            #expect(stopped.1.actions.sorted() == whole.1.actions.sorted(), "\(commit)")
        }
        #expect(Set(whole.1.actions).isSuperset(of: ["key.expired", "rotation.graceEnded", "key.stale", "key.purged"]))
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
        var run = fixture.authority.beginSweep(sweep, at: due)
        try fixture.authority.continueSweep(&run, at: due, limit: 100)
        #expect(run.report.examined == 100 && !run.isOver)
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
                let due = DueIndex.inOrder(index.all(at: now))
                #expect(due.map(\.at) == plain.values.filter { $0 <= now }.sorted())
                #expect(due.allSatisfy { plain[$0.index] == $0.at } && Set(due.map(\.index)).count == due.count)
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

    @Test func anIndexThatIsOrderedOnceGivesTheSameAsOneThatAlwaysIs() {
        var random = SeededGenerator(seed: 12)
        var (loaded, ordered) = (DueIndex(), DueIndex())
        for key in 0..<2_000 {
            let isDue = random.chance(3, outOf: 4)
            let at = isDue ? Instant(milliseconds: Int64.random(in: 0..<500, using: &random)) : .distantFuture
            loaded.note(key, at: at)
            ordered.set(key, to: at)
        }
        loaded.order()
        for key in 0..<2_000 { #expect(loaded.instant(of: key) == ordered.instant(of: key)) }
        while let at = ordered.next() {
            #expect(loaded.next() == at)
            let (some, others) = (loaded.take(at: at, limit: .max), ordered.take(at: at, limit: .max))
            #expect(Set(some.map(\.index)) == Set(others.map(\.index)))
        }
        #expect(loaded.next() == nil)
    }
}

extension DueIndex {
    /// Takes at most `limit` keys that are due at `now`, the earliest first, and marks them as never due.
    fileprivate mutating func take(at now: Instant, limit: Int) -> [Entry] {
        var taken: [Entry] = []
        while taken.count < limit, let at = next(), at <= now, let entry = all(at: at).first {
            taken.append(entry)
            set(entry.index, to: .distantFuture)
        }
        return taken
    }
}
