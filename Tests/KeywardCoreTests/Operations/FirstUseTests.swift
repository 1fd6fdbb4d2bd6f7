import KeywardCore
import KeywardTesting
import Testing

/// The effects of a successor's first use: in memory at once, in the store later.
struct FirstUseTests {
    private func rotated(
        grace: Instant.Span = .hours(24), store: any KeyStore = InMemoryStore()
    ) throws -> (AuthorityFixture, old: HeldKey, new: HeldKey) {
        let fixture = try AuthorityFixture(store: store)
        let old = try fixture.create("crm")
        let new = try fixture.rotate(old.id, RotationRequest(grace: grace, isConfirmed: true))
        return (fixture, old, new)
    }

    @Test func theGraceBeginsWithTheFirstValidUse() throws {
        let (fixture, old, new) = try rotated()
        fixture.clock.advance(by: .days(3))
        #expect(try fixture.view(old.id).rotation?.graceEndsAt == nil)
        #expect(fixture.verify(new.secret, in: "nowhere").code == .notFound)
        #expect(try fixture.view(old.id).rotation?.firstUsedAt == nil)
        #expect(fixture.verify(new) == .valid)
        let rotation = try #require(try fixture.view(old.id).rotation)
        #expect(rotation.firstUsedAt == fixture.now)
        #expect(rotation.graceEndsAt == fixture.now + .hours(24))
        fixture.clock.advance(by: Instant.Span(milliseconds: 86_399_999))
        #expect(fixture.verify(old) == .valid)
        fixture.clock.advance(by: Instant.Span(milliseconds: 1))
        #expect(fixture.verify(old) == .superseded)
    }

    @Test func itIsStoredOnceWithAnEntry() throws {
        let (fixture, old, new) = try rotated()
        fixture.verify(new)
        let first = fixture.now
        fixture.clock.advance(by: .seconds(1))
        fixture.verify(new)
        try fixture.flush()
        try fixture.flush()
        #expect(fixture.actions.filter { $0 == "rotation.firstUse" }.count == 1)
        #expect(try fixture.view(new.id).record.origin?.firstUsedAt == first)
        #expect(try fixture.view(old.id).record.graceEndsAt == first + .hours(24))
        try fixture.restart()
        #expect(try fixture.view(old.id).rotation?.graceEndsAt == first + .hours(24))
    }

    @Test func aChangeOfThePredecessorBeforeItIsStoredKeepsTheGrace() throws {
        let (fixture, old, new) = try rotated(grace: .hours(1))
        fixture.verify(new)
        let end = fixture.now + .hours(1)
        try fixture.update(old.id, KeyUpdate(attributes: KeyAttributeChanges(purpose: .some("billing"))))
        #expect(try fixture.view(old.id).rotation?.graceEndsAt == end)
        fixture.clock.advance(to: end)
        #expect(fixture.verify(old) == .superseded)
        try fixture.flush()
        #expect(try fixture.view(old.id).record.graceEndsAt == end)
        #expect(fixture.verify(old) == .superseded)
    }

    @Test func aChangeOfTheSuccessorBeforeItIsStoredDoesNotMakeTheNextUseTheFirst() throws {
        let (fixture, _, new) = try rotated()
        fixture.verify(new)
        let first = fixture.now
        try fixture.update(new.id, KeyUpdate(attributes: KeyAttributeChanges(purpose: .some("billing"))))
        fixture.clock.advance(by: .seconds(1))
        fixture.verify(new)
        try fixture.flush()
        #expect(fixture.actions.filter { $0 == "rotation.firstUse" }.count == 1)
        #expect(try fixture.view(new.id).record.origin?.firstUsedAt == first)
        #expect(try fixture.view(new.id).record.purpose == "billing")
    }

    @Test func aFirstUseAfterTheWaitDoesNotReviveThePredecessor() throws {
        let (fixture, old, new) = try rotated()
        fixture.clock.advance(by: .days(31))
        #expect(fixture.verify(old) == .superseded)
        #expect(fixture.verify(new) == .valid)
        #expect(fixture.verify(old) == .superseded)
        try fixture.flush()
        #expect(fixture.verify(old) == .superseded)
        try fixture.restart()
        #expect(fixture.verify(old) == .superseded)
        #expect(try fixture.view(old.id).record.graceEndsAt == old.view.record.createdAt + .days(30))
    }

    @Test func whatCannotBeStoredStaysInForceAndIsTriedAgain() throws {
        let store = InMemoryStore()
        let (fixture, old, new) = try rotated(store: store)
        fixture.verify(new)
        let end = fixture.now + .hours(24)
        store.fail(.commit, with: .cannotWrite("full"))
        #expect(throws: Refusal.self) { try fixture.authority.storeFirstUses(at: fixture.now) }
        #expect(try fixture.view(old.id).rotation?.graceEndsAt == end)
        #expect(try fixture.view(old.id).record.graceEndsAt == nil)
        try fixture.flush()
        #expect(try fixture.view(old.id).record.graceEndsAt == end)
    }

    @Test func usesOfTwoLinksOfAChainAreStoredTogether() throws {
        let (fixture, old, second) = try rotated()
        fixture.verify(second)
        try fixture.confirm(old.id)
        let third = try fixture.rotate(second.id)
        fixture.clock.advance(by: .seconds(1))
        fixture.verify(third)
        let (first, later) = (fixture.now - .seconds(1), fixture.now)
        try fixture.flush()
        #expect(try fixture.view(second.id).record.origin?.firstUsedAt == first)
        #expect(try fixture.view(second.id).record.graceEndsAt == later + .hours(24))
        #expect(try fixture.view(third.id).record.origin?.firstUsedAt == later)
    }

    @Test func aUseThatWasStoredWithoutItsFirstUseIsOneAllTheSame() throws {
        let (fixture, old, new) = try rotated()
        fixture.verify(new)
        let first = fixture.now
        // Like after a kill between the flush of usage and the entry.
        while try !fixture.authority.flushUsage(limit: 100, at: fixture.now) {}
        try fixture.restart(flushing: false)
        #expect(try fixture.view(old.id).rotation?.firstUsedAt == first)
        #expect(try fixture.view(old.id).rotation?.graceEndsAt == first + .hours(24))
        #expect(throws: Refusal.self) { try fixture.cancel(old.id) }
        try fixture.flush()
        #expect(try fixture.view(old.id).record.graceEndsAt == first + .hours(24))
    }

    @Test func aFirstUseThatWasStoredWithoutItsUsageIsOneAllTheSame() throws {
        let (fixture, old, new) = try rotated()
        fixture.verify(new)
        try fixture.authority.storeFirstUses(at: fixture.now)
        try fixture.restart(flushing: false)
        #expect(try fixture.view(new.id).usage.valid == 0)
        #expect(throws: Refusal.self) { try fixture.cancel(old.id) }
        #expect(try !fixture.view(new.id).actions.contains(.cancel))
        try fixture.confirm(old.id, isConfirmed: false)
        #expect(try fixture.status(old) == .superseded)
    }

    @Test func aFixedGraceIsNotMovedByTheFirstUse() throws {
        let fixture = try AuthorityFixture()
        let old = try fixture.create("crm")
        let end = fixture.now + .hours(2)
        let new = try fixture.rotate(
            old.id, RotationRequest(grace: .hours(2), startsNow: true, isConfirmed: true))
        fixture.clock.advance(by: .hours(1))
        fixture.verify(new)
        try fixture.flush()
        #expect(try fixture.view(old.id).record.graceEndsAt == end)
        #expect(try fixture.view(new.id).record.origin?.firstUsedAt == fixture.now)
    }
}
