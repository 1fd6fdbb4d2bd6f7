import KeywardCore
import KeywardTesting
import Testing

struct RetentionSweepTests {
    private func purge(_ fixture: AuthorityFixture, limit: Int = 100) throws -> Int {
        try fixture.authority.sweep(.retention, at: fixture.now, limit: limit).changed[.keyPurged] ?? 0
    }

    @Test func aTerminalKeyIsForgottenAfterItsTimeAndLeavesATombstone() throws {
        let store = InMemoryStore()
        let fixture = try AuthorityFixture(store: store)
        let revoked = try fixture.create("a")
        let expired = try fixture.create("b", expiresIn: .days(1))
        let live = try fixture.create("c")
        try fixture.revoke(revoked.id)
        fixture.clock.advance(to: fixture.now + .days(400) - Instant.Span(milliseconds: 1))
        #expect(try purge(fixture) == 0)
        fixture.clock.advance(by: Instant.Span(milliseconds: 1))
        #expect(try purge(fixture) == 1)
        fixture.clock.advance(by: .days(1))
        #expect(try purge(fixture) == 1)
        #expect(try purge(fixture) == 0)
        #expect(store.contents.tombstones.map(\.reason) == ["other", "expired"])
        #expect(try fixture.everyView().map(\.record.number) == [live.number])
        #expect(fixture.verify(expired) == .notFound)
        #expect(throws: Refusal.self) { try fixture.view(revoked.id) }
        try fixture.restart()
        #expect(try fixture.everyView().map(\.record.number) == [live.number])
    }

    @Test func placesOfForgottenKeysAreUsedAgain() throws {
        let fixture = try AuthorityFixture()
        let first = try fixture.create("a")
        fixture.verify(first)
        try fixture.revoke(first.id)
        fixture.clock.advance(by: .days(400))
        #expect(try purge(fixture) == 1)
        let second = try fixture.create("a")
        #expect(second.number == first.number + 1)
        #expect(fixture.verify(second) == .valid)
        #expect(fixture.verify(first) == .notFound)
        #expect(try fixture.view(second.id).usage.valid == 1)
        try fixture.restart()
        #expect(try fixture.view(.name("a")).record.number == second.number)
    }

    @Test(arguments: [1, 2, 100])
    func aSuccessorIsKeptWhileItsPredecessorIs(limit: Int) throws {
        let fixture = try AuthorityFixture()
        let old = try fixture.create("crm")
        let new = try fixture.rotate(old.id, RotationRequest(expiresAt: fixture.now + .days(7), isConfirmed: true))
        fixture.clock.advance(by: .days(408))
        #expect(try purge(fixture, limit: limit) == 0)
        try fixture.restart()
        #expect(fixture.verify(old) == .superseded)
        #expect(fixture.verify(new) == .expired)
        fixture.clock.advance(by: .days(25))
        var purged = 0
        for _ in 0..<4 { purged += try purge(fixture, limit: limit) }
        fixture.clock.advance(by: .days(2))
        for _ in 0..<4 { purged += try purge(fixture, limit: limit) }
        #expect(purged == 2)
        #expect(try fixture.everyView().isEmpty)
    }

    @Test func aPredecessorWhoseSuccessorIsGoneStaysOver() throws {
        // A store that lost the successor's row must not revive the replaced key.
        let store = InMemoryStore()
        let fixture = try AuthorityFixture(store: store)
        let old = try fixture.create("crm")
        let new = try fixture.rotate(old.id)
        var loss = Changes(mark: fixture.now)
        loss.purged = [new.number]
        try store.commit(loss)
        try fixture.restart()
        #expect(fixture.verify(old) == .superseded)
    }

    /// Ended keys and hours of usage have separate retention times.
    @Test(arguments: [(terminal: 500, usage: 100), (terminal: 100, usage: 500)])
    func keysAndHoursAreForgottenEachAfterItsOwnTime(terminal: Int, usage: Int) throws {
        let store = InMemoryStore()
        var policy = Policy()
        policy.sweeps.retainTerminalDays = terminal
        policy.sweeps.retainUsageDays = usage
        let fixture = try AuthorityFixture(store: store, policy: policy)
        let (live, ended) = (try fixture.create("live"), try fixture.create("ended"))
        fixture.verify(live)
        try fixture.flush()
        try fixture.revoke(ended.id)
        let start = fixture.now
        func find(at instant: Instant) throws -> (ended: Bool, hours: Int) {
            fixture.clock.advance(to: instant)
            _ = try purge(fixture)
            let isThere = try fixture.everyView().contains { $0.record.number == ended.number }
            return (isThere, try store.usage(ofKey: live.number, hours: 0..<Int64.max).count)
        }
        let tick = Instant.Span(milliseconds: 1)
        var expected = (ended: true, hours: 1)
        for day in [terminal, usage].sorted() {
            #expect(try find(at: start + .days(day) - tick) == expected)
            if day == terminal { expected.ended = false } else { expected.hours = 0 }
            // An hour is kept during the whole hour that is this many days later.
            #expect(try find(at: start + .days(day) + .hours(1)) == expected)
        }
    }

    @Test func anHourIsKeptToTheEndOfItsLastDay() throws {
        let store = InMemoryStore()
        let fixture = try AuthorityFixture(store: store)
        let key = try fixture.create("crm")
        fixture.verify(key)
        try fixture.flush()
        let nextHour = Instant(milliseconds: (fixture.now.hour + 1) * 3_600_000) + .days(400)
        fixture.clock.advance(to: nextHour - Instant.Span(milliseconds: 1))
        _ = try purge(fixture)
        #expect(try store.usage(ofKey: key.number, hours: 0..<Int64.max).count == 1)
        fixture.clock.advance(to: nextHour)
        _ = try purge(fixture)
        #expect(try store.usage(ofKey: key.number, hours: 0..<Int64.max).isEmpty)
    }

    @Test func aRequestIsRememberedForThirtyDaysAndNoLonger() throws {
        let fixture = try AuthorityFixture()
        let first = try fixture.create("a", requestID: "r1")
        let end = fixture.now + .days(30)
        for before in [.days(28), .days(1), Instant.Span(milliseconds: 1)] as [Instant.Span] {
            fixture.clock.advance(to: end - before)
            _ = try purge(fixture)
            try fixture.restart()
            let refusal = #expect(throws: Refusal.self) { try fixture.create("b", requestID: "r1") }
            guard case .conflict(_, let keyID) = refusal else {
                Issue.record("not a conflict")
                return
            }
            #expect(keyID == first.view.record.id)
        }
        fixture.clock.advance(to: end)
        _ = try purge(fixture)
        try fixture.restart()
        #expect(try fixture.create("b", requestID: "r1").number == first.number + 1)
    }

    @Test func oldHoursAndRequestsAreForgotten() throws {
        let store = InMemoryStore()
        let fixture = try AuthorityFixture(store: store)
        let key = try fixture.create("crm", requestID: "r1")
        fixture.verify(key)
        try fixture.flush()
        fixture.clock.advance(by: .days(31))
        _ = try purge(fixture)
        #expect(try store.loadState().requests.isEmpty)
        #expect(try store.usage(ofKey: key.number, hours: 0..<Int64.max).count == 1)
        fixture.clock.advance(by: .days(400))
        _ = try purge(fixture)
        #expect(try store.usage(ofKey: key.number, hours: 0..<Int64.max).isEmpty)
        #expect(try fixture.view(key.id).usage.valid == 1)
    }
}
