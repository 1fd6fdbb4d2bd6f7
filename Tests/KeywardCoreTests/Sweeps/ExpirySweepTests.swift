import KeywardCore
import KeywardTesting
import Testing

struct ExpirySweepTests {
    private func changes(_ fixture: AuthorityFixture, limit: Int = 100) throws -> [AuditNote.Action: Int] {
        try fixture.authority.sweep(.expiry, at: fixture.now, limit: limit).changed
    }

    @Test func anEndIsNotedOnce() throws {
        let fixture = try AuthorityFixture()
        let key = try fixture.create("crm", expiresIn: .hours(5))
        #expect(fixture.authority.nextDue(.expiry, at: fixture.now) == fixture.now + .hours(5))
        fixture.clock.advance(by: .hours(5))
        #expect(try changes(fixture) == [.keyExpired: 1])
        #expect(try changes(fixture) == [:])
        #expect(try fixture.view(key.id).record.sweepMarks.contains(.expired))
        #expect(fixture.entries.last?.keyID == key.view.record.id)
        try fixture.restart()
        #expect(try changes(fixture) == [:])
        #expect(fixture.authority.nextDue(.expiry, at: fixture.now) == nil)
    }

    @Test func aVerificationDoesNotWaitForIt() throws {
        let fixture = try AuthorityFixture()
        let key = try fixture.create("crm", expiresIn: .hours(5))
        fixture.clock.advance(by: .hours(5))
        #expect(fixture.verify(key) == .expired)
        _ = try changes(fixture)
        #expect(fixture.verify(key) == .expired)
    }

    @Test func noticesComeThirtySevenAndOneDayAhead() throws {
        let fixture = try AuthorityFixture()
        try fixture.create("crm", expiresIn: .days(100))
        for (day, expected) in [(69, 0), (70, 1), (71, 0), (92, 0), (93, 1), (98, 0), (99, 1), (100, 0)] {
            fixture.clock.advance(to: ManualClock().now + .days(day))
            #expect(try changes(fixture)[.keyExpiring] ?? 0 == expected, "day \(day)")
        }
        #expect(
            fixture.entries.filter { $0.action == "key.expiring" }.map { $0.details.contains("\"days\":7,") } == [
                false, true, false,
            ])
    }

    @Test func afterAPauseOnlyTheMostUrgentNoticeIsGiven() throws {
        let fixture = try AuthorityFixture()
        try fixture.create("crm", expiresIn: .days(100))
        fixture.clock.advance(by: .days(95))
        #expect(try changes(fixture) == [.keyExpiring: 1])
        #expect(fixture.entries.last?.details.contains("\"days\":7,") == true)
        #expect(try changes(fixture) == [:])
    }

    @Test func thePolicySaysHowManyDaysAhead() throws {
        var policy = Policy()
        policy.sweeps.noticeDays = [SweepPolicy.longestNotice, 14]
        let fixture = try AuthorityFixture(policy: policy)
        let key = try fixture.create("crm", expiresIn: .days(200))
        var days: [Int] = []
        for day in 1...190 {
            fixture.clock.advance(by: .days(1))
            // Another policy takes effect at once, also for existing keys.
            if day == 100 {
                policy.sweeps.noticeDays.insert(50)
                fixture.authority.committer.adopt(policy)
            }
            if try changes(fixture)[.keyExpiring] != nil { days.append(200 - day) }
        }
        #expect(days == [120, 50, 14])
        policy.sweeps.noticeDays = []
        fixture.authority.committer.adopt(policy)
        #expect(fixture.authority.nextDue(.expiry, at: fixture.now) == key.view.record.expiresAt)
    }

    @Test func aLifeNoLongerThanTheNoticeNeedsNone() throws {
        let fixture = try AuthorityFixture()
        try fixture.create("short", expiresIn: .days(7))
        #expect(try changes(fixture) == [:])
        fixture.clock.advance(by: .days(6))
        #expect(try changes(fixture) == [.keyExpiring: 1])
    }

    @Test func aLongerLifeIsToldOfAgain() throws {
        let fixture = try AuthorityFixture()
        let key = try fixture.create("crm", expiresIn: .days(20))
        fixture.clock.advance(by: .days(14))
        #expect(try changes(fixture) == [.keyExpiring: 1])
        try fixture.update(key.id, KeyUpdate(expiresAt: .some(fixture.now + .days(20))))
        #expect(try changes(fixture) == [:])
        fixture.clock.advance(by: .days(13))
        #expect(try changes(fixture) == [.keyExpiring: 1])
    }

    @Test func theEndOfAGraceIsNotedAndFixed() throws {
        let fixture = try AuthorityFixture()
        let old = try fixture.create("crm")
        try fixture.rotate(old.id)
        let end = fixture.now + .days(30)
        fixture.clock.advance(to: end)
        #expect(try changes(fixture) == [.rotationGraceEnded: 1])
        #expect(try fixture.view(old.id).record.graceEndsAt == end)
        #expect(try changes(fixture) == [:])
    }

    @Test func aConfirmedRotationIsNotToldOfAgain() throws {
        let fixture = try AuthorityFixture()
        let old = try fixture.create("crm")
        try fixture.rotate(old.id)
        try fixture.confirm(old.id)
        fixture.clock.advance(by: .days(40))
        #expect(try changes(fixture) == [:])
    }

    @Test func aPredecessorInUseIsHeldAndToldOfDaily() throws {
        let fixture = try AuthorityFixture()
        let old = try fixture.create("crm")
        try fixture.rotate(old.id)
        var sweepMarks = 0
        for _ in 0..<(34 * 24) {
            fixture.clock.advance(by: .hours(1))
            fixture.verify(old)
            let report = try fixture.authority.sweep(.expiry, at: fixture.now, limit: 10)
            #expect(report.changed == [:])
            guard let held = report.held else { continue }
            #expect(held == SweepReport.Held(.predecessorInUse, count: 1, keys: [old.view.record.id]))
            sweepMarks += 1
        }
        #expect((4...5).contains(sweepMarks))
        #expect(fixture.verify(old) == .valid)
        fixture.clock.advance(by: .hours(24))
        #expect(fixture.verify(old) == .superseded)
        #expect(try changes(fixture) == [.rotationGraceEnded: 1])
    }

    @Test func aLeadingClockHoldsEverythingUntilForced() throws {
        let fixture = try AuthorityFixture()
        try fixture.create("crm", expiresIn: .days(100))
        fixture.clock.advance(by: .days(100))
        let held = try fixture.authority.sweep(.expiry, at: fixture.now, limit: 10, clock: .leads(by: .days(1)))
        #expect(held.held == SweepReport.Held(.clockLeads, count: 1))
        #expect(held.changed == [:])
        let forced = try fixture.authority.sweep(
            .expiry, at: fixture.now, limit: 10, force: true, clock: .leads(by: .days(1)))
        #expect(forced.changed == [.keyExpired: 1])
    }
}
