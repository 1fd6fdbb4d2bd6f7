import KeywardCore
import KeywardTesting
import Testing

/// Which key a name means, and when the name is free again.
struct NameTests {
    private func means(_ name: String, _ fixture: AuthorityFixture) -> Int64? {
        let view = try? fixture.view(.name(name))
        return view.flatMap { $0.status.isTerminal ? nil : $0.record.number }
    }

    @Test func aLiveKeyHoldsItsName() throws {
        let fixture = try AuthorityFixture()
        let key = try fixture.create("crm")
        for _ in 0..<2 {
            let refusal = #expect(throws: Refusal.self) { try fixture.create("crm") }
            guard case .conflict(_, let id) = refusal else {
                Issue.record("\(String(describing: refusal))")
                return
            }
            #expect(id == key.view.record.id)
            try fixture.disable(key.id)
        }
        #expect(means("crm", fixture) == key.number)
    }

    @Test func theSameNameInAnotherWorkspaceIsAnother() throws {
        let fixture = try AuthorityFixture()
        _ = try fixture.authority.createWorkspace(named: "acme", plan: nil, tag: "acme", by: .root, at: fixture.now)
        try fixture.create("crm")
        let other = try fixture.create("crm", workspace: "acme")
        let found = try fixture.authority.key(.name("crm"), workspace: "acme", for: .root, at: fixture.now).key
        #expect(found.record.number == other.number)
    }

    @Test func aRevokedKeyFreesIt() throws {
        let fixture = try AuthorityFixture()
        let first = try fixture.create("crm")
        try fixture.revoke(first.id)
        #expect(means("crm", fixture) == nil)
        let second = try fixture.create("crm")
        #expect(means("crm", fixture) == second.number)
    }

    @Test func anExpiredKeyFreesIt() throws {
        let fixture = try AuthorityFixture()
        try fixture.create("crm", expiresIn: .days(1))
        fixture.clock.advance(by: .days(1))
        #expect(means("crm", fixture) == nil)
        let second = try fixture.create("crm")
        #expect(means("crm", fixture) == second.number)
    }

    @Test func aRotationHoldsOneNameWhichMeansTheSuccessor() throws {
        let fixture = try AuthorityFixture()
        let old = try fixture.create("crm")
        let new = try fixture.rotate(old.id)
        #expect(means("crm", fixture) == new.number)
        #expect(throws: Refusal.self) { try fixture.create("crm") }
        try fixture.confirm(.name("crm"))
        #expect(means("crm", fixture) == new.number)
        try fixture.revoke(.name("crm"))
        #expect(means("crm", fixture) == nil)
        try fixture.create("crm")
    }

    @Test(arguments: [true, false])
    func aSuccessorThatEndsGivesTheNameBack(byCancelling: Bool) throws {
        let fixture = try AuthorityFixture()
        let old = try fixture.create("crm")
        let new = try fixture.rotate(old.id)
        if byCancelling { try fixture.cancel(new.id) } else { try fixture.revoke(new.id) }
        #expect(means("crm", fixture) == old.number)
        #expect(throws: Refusal.self) { try fixture.create("crm") }
        try fixture.restart()
        #expect(means("crm", fixture) == old.number)
    }

    @Test func aSuccessorWithAShorterLifeHoldsTheNameAllTheSame() throws {
        let fixture = try AuthorityFixture()
        let old = try fixture.create("crm")
        let new = try fixture.rotate(
            old.id, RotationRequest(expiresAt: fixture.now + .days(2), isConfirmed: true))
        #expect(means("crm", fixture) == new.number)
        try fixture.cancel(old.id)
        #expect(means("crm", fixture) == old.number)
    }

    @Test func anExpiredSuccessorLeavesTheNameToALivePredecessor() throws {
        let fixture = try AuthorityFixture()
        let old = try fixture.create("crm")
        try fixture.rotate(old.id, RotationRequest(expiresAt: fixture.now + .days(2), isConfirmed: true))
        fixture.clock.advance(by: .days(2))
        #expect(means("crm", fixture) == old.number)
        #expect(throws: Refusal.self) { try fixture.create("crm") }
        fixture.clock.advance(by: .days(28))
        #expect(means("crm", fixture) == nil)
        try fixture.create("crm")
    }

    @Test func anOldKeyMayTakeTheNameOfAYoungerOneThatIsOver() throws {
        let fixture = try AuthorityFixture()
        let old = try fixture.create("old")
        try fixture.create("crm", expiresIn: .days(1))
        fixture.clock.advance(by: .days(1))
        try fixture.update(old.id, KeyUpdate(name: "crm"))
        #expect(means("crm", fixture) == old.number)
        #expect(throws: Refusal.self) { try fixture.create("crm") }
        #expect(means("old", fixture) == nil)
        try fixture.restart()
        #expect(means("crm", fixture) == old.number)
        try fixture.create("old")
    }

    @Test func renamingOneEndRenamesBoth() throws {
        for usesSuccessor in [true, false] {
            let fixture = try AuthorityFixture()
            try fixture.revoke(fixture.create("crm2").id)
            let old = try fixture.create("crm")
            let new = try fixture.rotate(old.id)
            try fixture.update(usesSuccessor ? new.id : old.id, KeyUpdate(name: "crm2"))
            #expect(try fixture.view(old.id).record.name == "crm2")
            #expect(try fixture.view(new.id).record.name == "crm2")
            #expect(means("crm2", fixture) == new.number)
            #expect(means("crm", fixture) == nil)
            try fixture.create("crm")
            try fixture.cancel(new.id)
            #expect(means("crm2", fixture) == old.number)
        }
    }

    @Test func rotatingAnExpiredKeyTakesTheNameAgainIfItIsFree() throws {
        let fixture = try AuthorityFixture()
        let old = try fixture.create("crm", expiresIn: .days(1))
        fixture.clock.advance(by: .days(2))
        let other = try fixture.create("crm")
        let refusal = #expect(throws: Refusal.self) { try fixture.rotate(old.id) }
        guard case .conflict? = refusal else {
            Issue.record("\(String(describing: refusal))")
            return
        }
        try fixture.revoke(other.id)
        let new = try fixture.rotate(old.id)
        #expect(means("crm", fixture) == new.number)
        #expect(try fixture.status(old) == .expired)
        #expect(new.view.record.expiresAt == fixture.now + .days(1))
    }
}
