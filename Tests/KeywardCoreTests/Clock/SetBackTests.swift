import KeywardCore
import KeywardTesting
import Synchronization
import Testing

/// The state of keys that were created or ended while the clock was ahead.
struct SetBackTests {
    private let start = ManualClock().now
    private let years: Instant.Span = .days(5_000)

    /// An authority with a first start on a clock that is `years` ahead.
    private func ahead() throws -> ClockedAuthority {
        try ClockedAuthority(at: start, fault: years, policy: Policy())
    }

    private func mend(_ authority: ClockedAuthority) throws -> ClockFacts {
        authority.fault = Instant.Span(milliseconds: 0)
        return try authority.accept()
    }

    private func record(_ key: HeldKey, _ authority: ClockedAuthority) throws -> KeyRecord {
        try authority.fixture.view(key.id).record
    }

    @Test func aLifeIsAsLongAsItWasMeantToBe() throws {
        let authority = try ahead()
        let key = try authority.fixture.create("a", expiresIn: .days(90))
        let facts = try mend(authority)
        #expect(facts.changedMeanwhile.first.map(\.name) == ["a"])
        let after = try record(key, authority)
        #expect(after.createdAt == start && after.expiresAt == start + .days(90) && after.lifetime == .days(90))
    }

    @Test func anEndThatWasGivenWhileTheClockWasRightStays() throws {
        let authority = try ClockedAuthority(at: start, policy: Policy())
        let key = try authority.fixture.create("a", expiresIn: .days(90))
        authority.fault = .days(100)
        _ = try authority.accept()
        #expect(try authority.fixture.status(key) == .expired && record(key, authority).sweepMarks.contains(.expired))
        let facts = try mend(authority)
        #expect(facts.verifyAgain.first.map(\.name) == ["a"] && facts.changedMeanwhile.count == 0)
        let after = try record(key, authority)
        #expect(after.expiresAt == start + .days(90) && after.sweepMarks == [])
        #expect(authority.fixture.verify(key) == .valid)
    }

    @Test func whatAPersonHasEndedStaysEnded() throws {
        let authority = try ClockedAuthority(at: start, policy: Policy())
        let fixture = authority.fixture
        let (revoked, disabled, old) = try (fixture.create("a"), fixture.create("b"), fixture.create("c"))
        let new = try fixture.rotate(old.id)
        authority.fault = .days(10)
        _ = try authority.accept()
        try fixture.revoke(revoked.id)
        try fixture.disable(disabled.id)
        try fixture.confirm(new.id)
        _ = try mend(authority)
        #expect(try fixture.status(revoked) == .revoked && record(revoked, authority).revokedAt == start)
        #expect(try fixture.status(disabled) == .disabled && record(disabled, authority).disabledAt == start)
        #expect(try fixture.status(old) == .superseded && record(old, authority).graceEndsAt == start)
    }

    @Test func aGraceIsAsLongAsItWasMeantToBe() throws {
        let authority = try ahead()
        let fixture = authority.fixture
        let (used, now) = try (fixture.create("a"), fixture.create("b"))
        let successor = try fixture.rotate(used.id)
        try fixture.rotate(
            now.id, RotationRequest(grace: .days(3), startsNow: true, isConfirmed: true))
        #expect(fixture.verify(successor) == .valid)
        _ = try mend(authority)
        #expect(try record(used, authority).graceEndsAt == start + .hours(24))
        #expect(try record(now, authority).graceEndsAt == start + .days(3))
        #expect(fixture.verify(used) == .valid && fixture.verify(now) == .valid)
    }

    @Test func aWaitForASuccessorGoesOn() throws {
        let authority = try ClockedAuthority(at: start, policy: Policy())
        let fixture = authority.fixture
        let old = try fixture.create("a")
        try fixture.rotate(old.id)
        authority.fault = .days(40)
        _ = try authority.accept()
        #expect(try fixture.status(old) == .superseded && record(old, authority).graceEndsAt != nil)
        _ = try mend(authority)
        #expect(try fixture.status(old) == .retiring && record(old, authority).graceEndsAt == nil)
    }

    @Test func usageOfLaterHoursIsCountedInThisOne() throws {
        let authority = try ahead()
        let fixture = authority.fixture
        let key = try fixture.create("a")
        for _ in 0..<3 {
            #expect(fixture.verify(key) == .valid)
            try authority.pass(.hours(1))
        }
        let facts = try mend(authority)
        #expect(facts.verifiedMeanwhile.first.map(\.name) == ["a"])
        let now = authority.now
        #expect(try fixture.view(key.id).usage.lastUsedAt == now)
        #expect(fixture.verify(key) == .valid)
        try fixture.flush()
        let hours = try fixture.store.usage(ofKey: key.number, hours: .min ..< .max)
        #expect(hours == [HourUsage(key: key.number, hour: now.hour, valid: 4, refused: 0)])
        try authority.restart()
        #expect(try fixture.view(key.id).usage.valid == 4)
    }

    @Test func requestsAreForgottenInTime() throws {
        let authority = try ahead()
        let key = try authority.fixture.create("a", requestID: "r")
        _ = try mend(authority)
        #expect(try authority.fixture.store.loadState().requests.map(\.at) == [start])
        try authority.pass(.days(31))
        try authority.fixture.revoke(key.id)
        try authority.fixture.create("a", requestID: "r")
    }

    @Test func whatIsToldAheadIsToldAgainInItsTime() throws {
        let authority = try ClockedAuthority(at: start, policy: Policy())
        let key = try authority.fixture.create("a", expiresIn: .days(100))
        authority.fault = .days(99)
        _ = try authority.accept()
        #expect(authority.fixture.actions.contains("key.expiring"))
        _ = try mend(authority)
        try authority.pass(.days(80))
        #expect(authority.fixture.actions.filter { $0 == "key.expiring" }.count == 2)
        #expect(try record(key, authority).sweepMarks != [])
    }

    @Test func aChangeThatCannotBeStoredSetsNothingBack() throws {
        let store = InMemoryStore()
        let fixture = try AuthorityFixture(store: store)
        let key = try fixture.create("a")
        store.fail(.commit, with: .cannotWrite("no room"))
        let to = fixture.now - .days(9)
        let record = ClockRecord(wall: to, bootTime: .seconds(1), boot: "a", unproven: .seconds(0))
        let facts = fixture.authority.clockFacts(from: fixture.now, to: to, unproven: .seconds(0))
        let isAdopted = Mutex(false)
        #expect(throws: Refusal.self) {
            try fixture.authority.acceptClock(record, facts, by: .root) { isAdopted.withLock { $0 = true } }
        }
        #expect(!isAdopted.withLock { $0 })
        #expect(try fixture.view(key.id).record.createdAt == fixture.now)
        #expect(try store.loadState().clock == nil)
    }
}
