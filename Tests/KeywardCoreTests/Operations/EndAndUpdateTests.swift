import KeywardCore
import KeywardTesting
import Testing

struct EndTests {
    @Test func aRevokeIsFinalAndAgainChangesNothing() throws {
        let fixture = try AuthorityFixture()
        let key = try fixture.create("crm")
        let view = try fixture.revoke(key.id, isConfirmed: false)
        #expect(view.status == .revoked)
        #expect(view.actions.isEmpty)
        #expect(fixture.verify(key) == .revoked)
        fixture.clock.advance(by: .days(1))
        let entries = fixture.entries.count
        #expect(try fixture.revoke(key.id).record == view.record)
        #expect(fixture.entries.count == entries)
        for call in [fixture.disable, fixture.enable] as [(KeyReference, Caller) throws -> KeyView] {
            #expect(refusal { try call(key.id, .root) } == .invalidState)
        }
        #expect(
            refusal { try fixture.update(key.id, KeyUpdate(attributes: KeyAttributeChanges(purpose: .some("x")))) }
                == .invalidState)
    }

    @Test func aBusyKeyIsRevokedOnlyWhenConfirmed() throws {
        let fixture = try AuthorityFixture()
        let key = try fixture.create("crm")
        fixture.verify(key)
        fixture.clock.advance(to: fixture.now + .hours(24) - Instant.Span(milliseconds: 1))
        let found = checks { try fixture.revoke(key.id, isConfirmed: false) }
        #expect(found.map(\.kind) == [.recentlyUsed])
        // The use that causes the check is within the day, so it is counted too.
        #expect(found.first?.usesLastDay == 1)
        #expect(fixture.verify(key) == .valid)
        fixture.clock.advance(by: .hours(24))
        try fixture.revoke(key.id, isConfirmed: false)
    }

    @Test func anEndedKeyMayStillBeRevokedWithoutDoubt() throws {
        let fixture = try AuthorityFixture()
        let key = try fixture.create("crm", expiresIn: .hours(1))
        fixture.verify(key)
        fixture.clock.advance(by: .hours(1))
        #expect(try fixture.revoke(key.id, isConfirmed: false).status == .revoked)
    }

    @Test func disablingAndEnablingAreIdempotent() throws {
        let fixture = try AuthorityFixture()
        let key = try fixture.create("crm")
        for _ in 0..<2 { #expect(try fixture.disable(key.id).status == .disabled) }
        #expect(fixture.verify(key) == .disabled)
        for _ in 0..<2 { #expect(try fixture.enable(key.id).status == .unused) }
        #expect(fixture.actions.suffix(3) == ["key.created", "key.disabled", "key.enabled"])
    }

    @Test func capsActWhenAKeyIsEnabled() throws {
        var policy = Policy()
        let fixture = try AuthorityFixture()
        let (first, _) = (try fixture.create("a"), try fixture.create("b"))
        try fixture.disable(first.id)
        policy.plans["standard"] = Plan(apiAccess: true, maxKeys: 1)
        fixture.authority.committer.adopt(policy)
        #expect(refusal { try fixture.enable(first.id) } == .limitExceeded)
        policy.plans["standard"] = Plan(apiAccess: true, requireExpiry: true)
        fixture.authority.committer.adopt(policy)
        #expect(refusal { try fixture.enable(first.id) } == .policyViolation)
        policy.plans["standard"] = Plan(apiAccess: false)
        fixture.authority.committer.adopt(policy)
        #expect(refusal { try fixture.enable(first.id) } == .upgradeRequired)
    }

    @Test func withoutAPlanWhatEndsStillWorks() throws {
        let fixture = try AuthorityFixture()
        let (a, b) = (try fixture.create("a"), try fixture.create("b", expiresIn: .days(9)))
        let c = try fixture.rotate(a.id)
        fixture.verify(b)
        let call = {
            try fixture.authority.setPlan(
                "free", ofWorkspace: "default", isConfirmed: $0, by: .root, at: fixture.now)
        }
        let found = checks { try call(false) }
        #expect(found.map(\.kind) == [.planWithoutAccess])
        #expect(found.first?.keys == 1)
        _ = try call(true)
        #expect(fixture.verify(b) == .upgradeRequired)
        #expect(try fixture.status(b) == .suspended)
        #expect(refusal { try fixture.create("d") } == .upgradeRequired)
        #expect(refusal { try fixture.rotate(b.id) } == .upgradeRequired)
        #expect(refusal { try fixture.enable(b.id) } == .upgradeRequired)
        let later = KeyUpdate(expiresAt: .some(fixture.now + .days(10)))
        #expect(refusal { try fixture.update(b.id, later) } == .upgradeRequired)
        #expect(refusal { try fixture.update(b.id, KeyUpdate(expiresAt: .some(nil))) } == .upgradeRequired)
        try fixture.update(b.id, KeyUpdate(name: "b2", expiresAt: .some(fixture.now + .days(1))))
        try fixture.confirm(c.id)
        try fixture.disable(b.id)
        try fixture.revoke(b.id)
        #expect(try fixture.status(c) == .suspended)
        _ = try fixture.authority.setPlan(
            "standard", ofWorkspace: "default", isConfirmed: false, by: .root, at: fixture.now)
        #expect(fixture.verify(c) == .valid)
    }
}

struct UpdateTests {
    @Test func nullClearsAndAbsentKeeps() throws {
        let fixture = try AuthorityFixture()
        let key = try fixture.create("crm", expiresIn: .days(9), scopes: ["a"], owner: OwnerRecord(name: "Sales"))
        let kept = try fixture.update(key.id, KeyUpdate(attributes: KeyAttributeChanges(purpose: .some("billing"))))
            .record
        #expect((kept.purpose, kept.owner?.name, kept.scopes) == ("billing", "Sales", ["a"]))
        let update = KeyUpdate(
            attributes: KeyAttributeChanges(owner: .some(nil), purpose: .some(nil), scopes: []), expiresAt: .some(nil))
        let cleared = try fixture.update(key.id, update).record
        #expect(cleared.owner == nil && cleared.purpose == nil && cleared.scopes.isEmpty && cleared.expiresAt == nil)
        #expect(cleared.lifetime == nil)
        let entries = fixture.entries.count
        try fixture.update(key.id, update)
        #expect(fixture.entries.count == entries)
    }

    @Test func stateComesBeforePolicy() throws {
        let fixture = try AuthorityFixture()
        try fixture.create("taken")
        let key = try fixture.create("crm")
        let update = KeyUpdate(name: "taken", expiresAt: .some(fixture.now))
        #expect(refusal { try fixture.update(key.id, update) } == .conflict)
        #expect(refusal { try fixture.update(key.id, KeyUpdate(expiresAt: .some(fixture.now))) } == .policyViolation)
        #expect(refusal { try fixture.update(key.id, KeyUpdate(name: "No Slug")) } == .policyViolation)
    }

    @Test func aShorterLifeNeedsNoLeaveOfThePlanAndALongerOneDoes() throws {
        let fixture = try AuthorityFixture()
        let key = try fixture.create("crm", expiresIn: .days(100))
        var policy = Policy()
        policy.plans["standard"] = Plan(apiAccess: true, maxLifetimeDays: 10, requireExpiry: true)
        fixture.authority.committer.adopt(policy)
        func expire(_ days: Int?) -> RefusalKind? {
            refusal { try fixture.update(key.id, KeyUpdate(expiresAt: .some(days.map { fixture.now + .days($0) }))) }
        }
        #expect(expire(nil) == .policyViolation)
        #expect(expire(101) == .policyViolation)
        #expect(expire(50) == nil)
        #expect(expire(5) == nil)
        #expect(expire(11) == .policyViolation)
        #expect(expire(10) == nil)
    }

    @Test func anExpiredKeyIsNotRevived() throws {
        let fixture = try AuthorityFixture()
        let key = try fixture.create("crm", expiresIn: .days(1))
        fixture.clock.advance(by: .days(1))
        let later = KeyUpdate(expiresAt: .some(fixture.now + .days(1)))
        #expect(refusal { try fixture.update(key.id, later) } == .invalidState)
        #expect(fixture.verify(key) == .expired)
    }
}
