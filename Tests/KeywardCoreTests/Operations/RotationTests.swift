import KeywardCore
import KeywardTesting
import Testing

struct RotationTests {
    @Test func aSuccessorInheritsAndBothAreLinked() throws {
        let fixture = try AuthorityFixture()
        let old = try fixture.create(
            "crm", expiresIn: .days(90), scopes: ["a"], owner: OwnerRecord(name: "Sales"))
        fixture.clock.advance(by: .days(30))
        let new = try fixture.rotate(old.id)
        #expect(new.view.record.name == "crm")
        #expect(new.view.record.scopes == ["a"])
        #expect(new.view.record.owner?.name == "Sales")
        #expect(new.view.record.expiresAt == fixture.now + .days(90))
        #expect(new.view.actions == [.confirm, .cancel, .revoke, .disable, .update])
        let view = try fixture.view(old.id)
        #expect(view.status == .retiring)
        #expect(view.rotation?.successorID == new.view.record.id)
        #expect(new.view.rotation?.predecessorID == old.view.record.id)
        #expect(fixture.verify(old) == .valid)
        #expect(fixture.verify(new) == .valid)
        #expect(fixture.verify(old.secret).warnings == [.retiring])
    }

    @Test func oneRotationAtATime() throws {
        let fixture = try AuthorityFixture()
        let old = try fixture.create("crm")
        let new = try fixture.rotate(old.id)
        for end in [old.id, new.id] { #expect(refusal { try fixture.rotate(end) } == .invalidState) }
        try fixture.confirm(new.id)
        #expect(refusal { try fixture.rotate(old.id) } == .invalidState)
        try fixture.rotate(new.id)
    }

    @Test func whatWasEndedOrDisabledIsNotRotated() throws {
        let fixture = try AuthorityFixture()
        let (revoked, disabled) = (try fixture.create("a"), try fixture.create("b"))
        try fixture.revoke(revoked.id)
        try fixture.disable(disabled.id)
        #expect(refusal { try fixture.rotate(revoked.id) } == .invalidState)
        #expect(refusal { try fixture.rotate(disabled.id) } == .invalidState)
    }

    @Test func anExpiredKeyIsReplacedWithoutGrace() throws {
        let fixture = try AuthorityFixture()
        let old = try fixture.create("crm", expiresIn: .days(1))
        fixture.clock.advance(by: .days(2))
        let new = try fixture.rotate(old.id, RotationRequest())
        #expect(fixture.verify(old) == .expired)
        fixture.verify(new)
        try fixture.restart()
        #expect(fixture.verify(old) == .expired)
        #expect(refusal { try fixture.cancel(new.id) } == .invalidState)
        #expect(refusal { try fixture.rotate(old.id) } == .invalidState)
    }

    @Test func anExpiredProductionKeyAsksForConfirmationToo() throws {
        let fixture = try AuthorityFixture()
        let old = try fixture.create("prod-crm", expiresIn: .days(1))
        fixture.clock.advance(by: .days(2))
        #expect(refusal { try fixture.rotate(old.id, RotationRequest()) } == .confirmationRequired)
        try fixture.rotate(old.id, RotationRequest(isConfirmed: true))
    }

    @Test func theGraceNeverOutlivesTheExpiry() throws {
        let fixture = try AuthorityFixture()
        let old = try fixture.create("crm", expiresIn: .days(2))
        let new = try fixture.rotate(old.id, RotationRequest(grace: .days(9), isConfirmed: true))
        fixture.verify(new)
        #expect(try fixture.view(old.id).rotation?.graceEndsAt == old.view.record.expiresAt)
        fixture.clock.advance(by: .days(2))
        #expect(fixture.verify(old) == .expired)
    }

    @Test func productionKeysAndNoGraceNeedConfirmation() throws {
        let fixture = try AuthorityFixture()
        let production = try fixture.create("prod-app")
        #expect(checks { try fixture.rotate(production.id, RotationRequest()) }.map(\.kind) == [.productionRotation])
        let key = try fixture.create("crm")
        try fixture.rotate(fixture.create("calm").id, RotationRequest())
        let atOnce = RotationRequest(grace: .seconds(0), startsNow: true)
        #expect(checks { try fixture.rotate(key.id, atOnce) }.map(\.kind) == [.replacementUnused])
        fixture.verify(key)
        let found = checks { try fixture.rotate(key.id, atOnce) }
        #expect(found.map(\.kind) == [.recentlyUsed, .replacementUnused])
        #expect(found.first?.usesLastDay == 1)
        #expect(found.first?.lastUsedBy == 998)
        #expect(try fixture.status(key) == .active)
    }

    @Test func confirmingEndsThePredecessorAndAgainChangesNothing() throws {
        let fixture = try AuthorityFixture()
        let old = try fixture.create("crm")
        fixture.verify(old)
        let new = try fixture.rotate(old.id)
        let found = checks { try fixture.confirm(old.id, isConfirmed: false) }
        #expect(found.map(\.kind) == [.recentlyUsed, .replacementUnused])
        fixture.verify(new)
        #expect(try fixture.confirm(old.id, isConfirmed: false).record.number == new.number)
        #expect(fixture.verify(old) == .superseded)
        let entries = fixture.entries.count
        for end in [old.id, new.id] { #expect(try fixture.confirm(end).record.number == new.number) }
        #expect(fixture.entries.count == entries)
        #expect(refusal { try fixture.confirm(fixture.create("other").id) } == .invalidState)
    }

    @Test func cancellingLeavesThePredecessorAsItWas() throws {
        let fixture = try AuthorityFixture()
        let old = try fixture.create("crm", expiresIn: .days(90))
        let before = try fixture.view(old.id)
        let new = try fixture.rotate(old.id)
        #expect(try fixture.cancel(new.id).record.number == old.number)
        #expect(try fixture.view(old.id).record == before.record)
        #expect(try fixture.view(old.id).actions == before.actions)
        #expect(try fixture.view(new.id).record.revocation?.reason == "cancelled")
        #expect(fixture.verify(new) == .revoked)
        #expect(refusal { try fixture.cancel(old.id) } == .invalidState)
        try fixture.rotate(old.id)
    }

    @Test func aRotationInUseIsNotTakenBack() throws {
        let fixture = try AuthorityFixture()
        let old = try fixture.create("crm")
        let new = try fixture.rotate(old.id)
        fixture.verify(new)
        #expect(refusal { try fixture.cancel(old.id) } == .invalidState)
    }

    @Test func nothingIsTakenBackOnceTheGraceOrTheLifeIsOver() throws {
        for startsNow in [true, false] {
            let fixture = try AuthorityFixture()
            let old = try fixture.create("crm", expiresIn: startsNow ? nil : .days(1))
            try fixture.rotate(old.id, RotationRequest(grace: .days(1), startsNow: startsNow, isConfirmed: true))
            fixture.clock.advance(by: .days(1))
            #expect(refusal { try fixture.cancel(old.id) } == .invalidState)
        }
    }

    @Test func revokingEitherEndClosesTheRotation() throws {
        let fixture = try AuthorityFixture()
        let first = try fixture.create("a")
        let second = try fixture.rotate(first.id)
        #expect(checks { try fixture.revoke(first.id, isConfirmed: false) }.map(\.kind) == [.replacementUnused])
        #expect(checks { try fixture.revoke(second.id, isConfirmed: false) }.map(\.kind) == [.otherEndContinues])
        try fixture.revoke(second.id)
        #expect(try fixture.status(first) == .unused)
        let third = try fixture.rotate(first.id)
        try fixture.revoke(first.id)
        #expect(try fixture.status(third) == .unused)
        #expect(try fixture.view(third.id).actions == [.rotate, .revoke, .disable, .update])
        #expect(refusal { try fixture.cancel(third.id) } == .invalidState)
        try fixture.rotate(third.id)
    }

    @Test func bothEndsMayBeDisabledAndTheGraceRunsOn() throws {
        let fixture = try AuthorityFixture()
        let old = try fixture.create("crm")
        let new = try fixture.rotate(old.id)
        fixture.verify(new)
        try fixture.disable(old.id)
        try fixture.disable(new.id)
        #expect(fixture.verify(new) == .disabled)
        fixture.clock.advance(by: .days(1))
        #expect(fixture.verify(old) == .superseded)
        try fixture.enable(new.id)
        #expect(fixture.verify(new) == .valid)
    }

    @Test func aRefusedUseOfTheSuccessorStartsNoGrace() throws {
        let fixture = try AuthorityFixture()
        let old = try fixture.create("crm", scopes: ["a"])
        let new = try fixture.rotate(old.id)
        fixture.verify(new.secret, scopes: ["b"])
        #expect(try fixture.view(old.id).rotation?.firstUsedAt == nil)
        try fixture.cancel(old.id)
    }
}
