import KeywardTesting
import Testing

@testable import KeywardCore

struct StaleSweepTests {
    private func policy(disable: Int? = nil, revoke: Int? = nil, exempt: Set<String> = []) -> Policy {
        var policy = Policy()
        policy.sweeps.disableAfterDays = disable
        policy.sweeps.revokeAfterDays = revoke
        policy.sweeps.exemptKeys = exempt
        return policy
    }

    private func sweep(_ fixture: AuthorityFixture, limit: Int = 100, force: Bool = false) throws -> SweepReport {
        try fixture.authority.sweep(.stale, at: fixture.now, limit: limit, force: force)
    }

    /// Sweeps daily for this many days. Returns the days with changes, and the changes.
    private func days(_ count: Int, _ fixture: AuthorityFixture) throws -> [Int: [AuditNote.Action: Int]] {
        var found: [Int: [AuditNote.Action: Int]] = [:]
        for day in 1...count {
            fixture.clock.advance(by: .days(1))
            let changed = try sweep(fixture).changed
            if !changed.isEmpty { found[day] = changed }
        }
        return found
    }

    @Test func aKeyIsMarkedOnceForEachSpellWithoutUse() throws {
        let fixture = try AuthorityFixture()
        let key = try fixture.create("crm")
        #expect(try days(200, fixture) == [90: [.keyStale: 1]])
        fixture.verify(key)
        #expect(try days(100, fixture) == [90: [.keyStale: 1]])
        fixture.verify(key)
        try fixture.restart()
        #expect(try days(80, fixture) == [:])
        fixture.verify(key)
        #expect(try days(91, fixture) == [90: [.keyStale: 1]])
    }

    @Test func thePolicyWarnsDisablesAndRevokes() throws {
        let fixture = try AuthorityFixture(policy: policy(disable: 120, revoke: 150))
        let key = try fixture.create("crm")
        let found = try days(160, fixture)
        #expect(
            found == [
                90: [.keyStale: 1], 106: [.keyStale: 1], 121: [.keyDisabled: 1], 150: [.keyRevoked: 1],
            ])
        #expect(fixture.entries.contains { $0.details.contains("\"disabledFrom\":") })
        let revocation = try fixture.view(key.id).record.revocation
        #expect(revocation?.reason == "stale")
        #expect(revocation?.by == Actor(uid: 990, user: "keyward"))
    }

    @Test func nothingEndsWithoutAWarningTwoWeeksBefore() throws {
        let fixture = try AuthorityFixture()
        let key = try fixture.create("crm")
        #expect(try days(300, fixture) == [90: [.keyStale: 1]])
        fixture.authority.committer.adopt(policy(disable: 120, revoke: 150))
        #expect(try days(20, fixture) == [1: [.keyStale: 1], 16: [.keyRevoked: 1]])
        #expect(try fixture.status(key) == .revoked)
    }

    @Test func anEnabledKeyIsWarnedOfAgain() throws {
        let fixture = try AuthorityFixture(policy: policy(disable: 120))
        let key = try fixture.create("crm")
        _ = try days(121, fixture)
        #expect(try fixture.status(key) == .disabled)
        try fixture.enable(key.id)
        #expect(try days(20, fixture) == [1: [.keyStale: 1], 16: [.keyDisabled: 1]])
    }

    @Test func aUseTakesTheWarningBack() throws {
        let fixture = try AuthorityFixture(policy: policy(disable: 120))
        let key = try fixture.create("crm")
        _ = try days(110, fixture)
        fixture.verify(key)
        #expect(try days(125, fixture) == [90: [.keyStale: 1], 106: [.keyStale: 1], 121: [.keyDisabled: 1]])
    }

    @Test func exemptKeysAreMarkedAndLeftAlone() throws {
        let fixture = try AuthorityFixture(policy: policy(disable: 100, revoke: 100, exempt: ["crm"]))
        try fixture.create("crm")
        #expect(try days(150, fixture) == [90: [.keyStale: 1]])
    }

    @Test func keysInAnOpenRotationAreLeftAlone() throws {
        let fixture = try AuthorityFixture(policy: policy(disable: 40))
        let old = try fixture.create("crm")
        fixture.clock.advance(by: .days(39))
        let new = try fixture.rotate(
            old.id, RotationRequest(grace: .days(30), startsNow: true, isConfirmed: true))
        #expect(try days(29, fixture).values.allSatisfy { $0 == [.keyStale: 1] })
        #expect(try fixture.status(old) == .retiring)
        #expect(try fixture.view(new.id).record.disabledAt == nil)
        _ = try days(30, fixture)
        #expect(try fixture.status(new) == .disabled)
        #expect(try fixture.view(old.id).record.disabledAt == nil)
    }

    @Test func keysThatNobodyCanUseAreLeftAlone() throws {
        let fixture = try AuthorityFixture(policy: policy(disable: 120))
        let key = try fixture.create("crm")
        func setPlan(_ plan: String) throws {
            _ = try fixture.authority.setPlan(
                plan, ofWorkspace: "default", isConfirmed: true, by: .root, at: fixture.now)
        }
        try setPlan("free")
        #expect(try days(200, fixture) == [90: [.keyStale: 1]])
        try setPlan("standard")
        let found = try days(20, fixture)
        #expect(found.keys.sorted().first == 1 || found.keys.sorted().first == 2)
        #expect(try fixture.status(key) == .disabled)
    }

    @Test func tooManyEndsAtOnceAreHeldUnlessForced() throws {
        let fixture = try AuthorityFixture(policy: policy(disable: 100))
        let keys = try (0..<10).map { try fixture.create("key-\($0)") }
        fixture.clock.advance(by: .days(90))
        keys.prefix(7).forEach { fixture.verify($0) }
        _ = try sweep(fixture)
        fixture.clock.advance(by: .days(20))
        let held = try sweep(fixture)
        #expect(held.changed == [:])
        #expect(held.held?.reason == .tooManyKeys)
        #expect(held.held?.count == 3)
        #expect(try fixture.view(keys[9].id).status == .stale)
        #expect(try sweep(fixture, limit: 1).held?.count == 3)
        #expect(try sweep(fixture, force: true).changed == [.keyDisabled: 3])
    }

    /// 25 live keys, so five are the allowed share: `ends` of them are about to be disabled, and `marks` have just
    /// become stale.
    private func sharedFixture(ends: Int, marks: Int = 0) throws -> AuthorityFixture {
        let fixture = try AuthorityFixture(policy: policy(disable: 100))
        let keys = try (0..<25 - marks).map { try fixture.create("key-\($0)") }
        fixture.clock.advance(by: .days(20))
        for index in 0..<marks { try fixture.create("late-\(index)") }
        fixture.clock.advance(by: .days(70))
        keys.dropFirst(ends).forEach { fixture.verify($0) }
        _ = try sweep(fixture)
        fixture.clock.advance(by: .days(20))
        return fixture
    }

    @Test func exactlyTheAllowedShareIsNotHeld() throws {
        let report = try sweep(sharedFixture(ends: 5))
        #expect(report.held == nil && report.changed == [.keyDisabled: 5])
        let held = try sweep(sharedFixture(ends: 6))
        #expect(held.held?.count == 6 && held.changed == [:])
    }

    /// More keys are due than may end, but no more of them end.
    @Test func onlyKeysThatWouldEndCountForTheShare() throws {
        let report = try sweep(sharedFixture(ends: 5, marks: 3))
        #expect(report.held == nil && report.changed == [.keyDisabled: 5, .keyStale: 3])
        let held = try sweep(sharedFixture(ends: 6, marks: 3))
        #expect(held.held?.count == 6 && held.changed == [.keyStale: 3])
    }

    @Test func aShareThatIsAllowedGoesOnInBatches() throws {
        let fixture = try sharedFixture(ends: 5)
        var run = fixture.authority.beginSweep(.stale, at: fixture.now)
        for batch in 1...5 {
            try fixture.authority.continueSweep(&run, at: fixture.now, limit: 1)
            #expect(run.report.changed == [.keyDisabled: batch] && run.isOver == (batch == 5))
        }
        #expect(run.report.held == nil && run.report.examined == 5)
    }

    @Test func aHandfulOfKeysIsNotHeld() throws {
        let fixture = try AuthorityFixture(policy: policy(disable: 100))
        for index in 0..<9 { try fixture.create("key-\(index)") }
        let found = try days(101, fixture)
        #expect(found[101] == [.keyDisabled: 9])
    }

    @Test func marksKeepTheirHoursApart() {
        var marks: SweepMarks = [.graceEnded]
        marks.noticedDays = SweepPolicy.longestNotice
        let (early, late) = (Instant(milliseconds: 3_600_000 * 500_000), Instant(milliseconds: 3_600_000 * 500_400))
        marks.noteStale(at: early)
        marks.noteWarning(at: late)
        #expect((marks.staleHour, marks.warnedHour) == (500_000, 500_400))
        marks.noteStale(at: late)
        marks.forgetWarning()
        #expect((marks.staleHour, marks.warnedHour) == (500_400, 0))
        #expect(marks.noticedDays == SweepPolicy.longestNotice && marks.rawValue > 0)
        marks.noticedDays = 0
        #expect((marks.staleHour, marks.noticedDays) == (500_400, 0))
        #expect(marks.contains([.graceEnded, .stale]))
        #expect(!marks.contains(.staleDisableSoon))
    }
}
