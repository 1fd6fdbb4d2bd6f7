import KeywardCore
import KeywardTesting
import Testing

/// Counting, and storing the counts in a store that may fail.
struct UsageTests {
    private func hours(_ fixture: AuthorityFixture, _ key: HeldKey) throws -> [HourUsage] {
        try fixture.authority.usage(
            of: key.id, workspace: nil, from: fixture.now - .days(30), to: fixture.now + .hours(2), for: .root,
            at: fixture.now
        ).hours
    }

    @Test func validAndRefusedUsesAreCountedApart() throws {
        let fixture = try AuthorityFixture()
        let key = try fixture.create("crm", scopes: ["a"])
        #expect(fixture.verify(key.secret, scopes: ["a"]).code == .valid)
        #expect(fixture.verify(key.secret, scopes: ["b"]).code == .insufficientScope)
        #expect(fixture.verify(key.secret, in: "nowhere").code == .notFound)
        let used = fixture.now
        try fixture.disable(key.id)
        fixture.clock.advance(by: .seconds(1))
        #expect(fixture.verify(key) == .disabled)
        let usage = try fixture.view(key.id).usage
        #expect((usage.valid, usage.refused) == (1, 3))
        #expect((usage.lastUsedAt, usage.lastUsedBy) == (used, 998))
    }

    @Test func hoursRollOverWithNothingLost() throws {
        let fixture = try AuthorityFixture()
        let key = try fixture.create("crm")
        for count in 1...5 {
            for _ in 0..<count { fixture.verify(key) }
            if count == 3 { try fixture.flush() }
            fixture.clock.advance(by: .hours(count))
        }
        #expect(try hours(fixture, key).map(\.valid) == [1, 2, 3, 4, 5])
        try fixture.flush()
        #expect(try hours(fixture, key).map(\.valid) == [1, 2, 3, 4, 5])
        try fixture.restart()
        #expect(try hours(fixture, key).map(\.valid) == [1, 2, 3, 4, 5])
    }

    @Test func anHourGoesOnAfterARestart() throws {
        let fixture = try AuthorityFixture()
        let key = try fixture.create("crm")
        fixture.verify(key)
        try fixture.restart()
        fixture.verify(key)
        try fixture.restart()
        #expect(try hours(fixture, key).map(\.valid) == [2])
        #expect(try fixture.view(key.id).usage.valid == 2)
    }

    @Test func anInstantFromTheHourBeforeCountsInTheHourThatIsOpen() throws {
        // Two event loops may read their clocks in one order and take the lock in the other.
        let fixture = try AuthorityFixture()
        let key = try fixture.create("crm")
        fixture.clock.advance(to: Instant(milliseconds: (fixture.now.hour + 1) * 3_600_000))
        for back in [0, 1, 0] as [Int64] {
            fixture.verify(key.secret, by: 1, at: fixture.now - Instant.Span(milliseconds: back))
        }
        try fixture.flush()
        #expect(try hours(fixture, key).map(\.valid) == [3])
        #expect(try fixture.view(key.id).usage.lastUsedAt == fixture.now)
    }

    @Test func eachPeerHasItsShare() throws {
        let fixture = try AuthorityFixture()
        let key = try fixture.create("crm")
        for uid in [0, 7, 7, 8, 0, 9, 7] as [UInt32] { fixture.verify(key, by: uid) }
        let expected: [UInt32: Int64] = [0: 2, 7: 3, 8: 1, 9: 1]
        func shares() throws -> [UInt32: Int64] {
            let peers = try fixture.authority.usage(
                of: key.id, workspace: nil, from: fixture.now, to: fixture.now, for: .root, at: fixture.now
            ).peers
            #expect(peers.map(\.valid) == peers.map(\.valid).sorted(by: >))
            return Dictionary(uniqueKeysWithValues: peers.map { ($0.uid, $0.valid) })
        }
        #expect(try shares() == expected)
        try fixture.restart()
        #expect(try shares() == expected)
        fixture.verify(key, by: 8)
        try fixture.restart()
        #expect(try shares()[8] == 2)
    }

    @Test func aFlushTakesAtMostWhatItIsTold() throws {
        let fixture = try AuthorityFixture()
        let keys = try (0..<5).map { try fixture.create("key-\($0)") }
        keys.forEach { fixture.verify($0) }
        #expect(try !fixture.authority.flushUsage(limit: 2, at: fixture.now))
        #expect(try !fixture.authority.flushUsage(limit: 2, at: fixture.now))
        #expect(try fixture.authority.flushUsage(limit: 2, at: fixture.now))
    }

    @Test func aFailedFlushLosesNothing() throws {
        let store = InMemoryStore()
        let fixture = try AuthorityFixture(store: store)
        let key = try fixture.create("crm")
        fixture.verify(key)
        store.fail(.flush, with: .cannotWrite("full"))
        #expect(throws: StoreFault.cannotWrite("full")) {
            try fixture.authority.flushUsage(limit: 9, at: fixture.now)
        }
        #expect(!fixture.authority.committer.canWrite)
        fixture.verify(key, by: 5)
        try fixture.restart()
        #expect(fixture.authority.committer.canWrite)
        #expect(try fixture.view(key.id).usage.valid == 2)
        #expect(try hours(fixture, key).map(\.valid) == [2])
    }

    @Test func usesBetweenTakingAndGivingBackAreNotLost() throws {
        let fixture = try AuthorityFixture()
        let key = try fixture.create("crm")
        fixture.verify(key)
        let flush = fixture.authority.registry.takeUsage(limit: 9, at: fixture.now)
        fixture.verify(key)
        fixture.clock.advance(by: .hours(1))
        fixture.verify(key)
        fixture.authority.registry.giveBack(flush)
        try fixture.flush()
        #expect(try hours(fixture, key).map(\.valid) == [2, 1])
    }

    @Test func aStoreThatKeepsFailingDoesNotFillTheMemory() throws {
        let store = InMemoryStore()
        let fixture = try AuthorityFixture(store: store)
        let key = try fixture.create("crm")
        fixture.verify(key)
        fixture.clock.advance(by: .hours(1))
        fixture.verify(key)
        store.fail(.flush, with: .cannotWrite("full"), times: 50)
        for _ in 0..<50 { #expect(throws: StoreFault.self) { try fixture.flush() } }
        let flush = fixture.authority.registry.takeUsage(limit: 9, at: fixture.now)
        #expect(flush.hours.count == 2)
        #expect(flush.totals.count == 1)
    }
}
