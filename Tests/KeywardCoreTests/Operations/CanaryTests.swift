import KeywardTesting
import Testing

@testable import KeywardCore

/// Canaries: keys that nobody should ever use.
struct CanaryTests {
    private let fixture: AuthorityFixture
    private let canary: HeldKey

    init() throws {
        fixture = try AuthorityFixture()
        canary = try fixture.create("old-backup", isCanary: true)
    }

    private func store() throws { try fixture.authority.storeCanaryUses(at: fixture.now) }

    /// The details of the entries about uses.
    private var alarms: [String] { fixture.entries.filter { $0.action == "key.canaryUsed" }.map(\.details) }

    @Test func whoeverPresentsItSeesAnUnknownKeyAndIsRecorded() throws {
        for (workspace, uid) in [(nil, 998), ("*", 1_001), ("default", 0), ("nowhere", 7)] as [(String?, UInt32)] {
            let seen = fixture.verify(
                canary.secret, from: .of(uid: uid), in: workspace, scopes: ["a:b"], address: "192.0.2.1")
            #expect(seen.verdict.code == .notFound && !seen.showsKey)
        }
        try store()
        #expect(alarms.count == 1)
        #expect(alarms[0].contains(#""uid":7,"address":"192.0.2.1","count":4"#), "\(alarms)")
        #expect(alarms[0].contains(#""name":"old-backup""#))
        let view = try fixture.view(canary.id)
        #expect(view.status == .canary && view.facts == [.canary])
        #expect(view.usage.valid == 0 && view.usage.refused == 0 && view.lastRefusal == nil)
    }

    @Test func aPeerThatIsShutOutRaisesTheAlarmToo() throws {
        _ = try fixture.authority.setVerifier("user:ada", inWorkspace: "default", by: .root, at: fixture.now)
        fixture.verify(canary.secret, from: .of(uid: 998))
        try store()
        #expect(alarms.count == 1)
    }

    @Test func aThiefThatTriesTenThousandTimesFillsNothing() throws {
        for step in 0..<10_000 {
            fixture.verify(canary.secret, from: .of(uid: 998))
            if step % 100 == 0 { try store() }
            if step % 1_000 == 999 { fixture.clock.advance(by: .seconds(20)) }
        }
        try fixture.authority.storeCanaryUses(at: fixture.now, all: true)
        // 200 seconds: at most one entry a minute, and one at the end.
        #expect((4...5).contains(alarms.count))
        let counts = alarms.compactMap { $0.firstMatch(of: #/"count":(\d+)/#).flatMap { Int($0.1) } }
        #expect(counts.reduce(0, +) == 10_000)
        #expect(counts.first == 1)
    }

    @Test(arguments: [(-3_600, true), (0, false), (59, false), (60, true)])
    func anEntryIsDueAgainAfterAMinuteOrAfterTheClockWentBack(seconds: Int, isDue: Bool) {
        let start = Instant(milliseconds: 1_000_000_000)
        var uses = CanaryUses()
        let isFirstDue = uses.note(1, by: 998, from: nil, at: start)
        #expect(isFirstDue)
        uses.noteStored(uses.due(at: start), at: start)
        #expect(uses.isEmpty)
        let later = start + .seconds(seconds)
        let isNextDue = uses.note(1, by: 998, from: nil, at: later)
        #expect(isNextDue == isDue)
        #expect(uses.due(at: later).count == (isDue ? 1 : 0) && uses.all.count == 1)
    }

    @Test func noPlanAndNoSweepConcernsIt() throws {
        var policy = Policy()
        policy.sweeps.disableAfterDays = 91
        policy.sweeps.revokeAfterDays = 92
        policy.plans["standard"] = Plan(
            apiAccess: false, maxKeys: 0, maxLifetimeDays: 1, requireExpiry: true, requirePurpose: true)
        fixture.authority.committer.adopt(policy)
        let second = try fixture.create("second", isCanary: true)
        for _ in 0..<500 {
            fixture.clock.advance(by: .days(1))
            for sweep in Sweep.allCases { _ = try fixture.authority.sweep(sweep, at: fixture.now, limit: 100) }
        }
        for key in [canary, second] { #expect(try fixture.view(key.id).status == .canary) }
        #expect(!fixture.actions.contains("key.stale") && !fixture.actions.contains("key.expiring"))
        policy.plans["standard"] = Plan(apiAccess: true, maxKeys: 1)
        fixture.authority.committer.adopt(policy)
        try fixture.create("counted")
        #expect(refusal { try fixture.create("one-too-many") } == .limitExceeded)
    }

    @Test func itIsRenamedAndRevokedAndNothingElse() throws {
        for call in [
            { try fixture.rotate(canary.id) }, { try fixture.disable(canary.id) }, { try fixture.enable(canary.id) },
            { try fixture.update(canary.id, KeyUpdate(expiresAt: .some(fixture.now + .days(1)))) },
            { try fixture.update(canary.id, KeyUpdate(attributes: KeyAttributeChanges(scopes: ["a:b"]))) },
            { try fixture.update(canary.id, KeyUpdate(allowance: AllowanceChanges(budget: .some("b")))) },
        ] as [() throws -> Any] {
            #expect(refusal { _ = try call() } == .invalidState)
        }
        #expect(try fixture.view(canary.id).actions == [.revoke, .update])
        try fixture.update(canary.id, KeyUpdate(name: "older-backup"))
        try fixture.revoke(canary.id, isConfirmed: false)
        #expect(try fixture.view(canary.id).status == .revoked)
        let seen = fixture.verify(canary.secret, from: .of(uid: 998))
        #expect(seen.verdict.code == .notFound && !seen.showsKey)
        try store()
        #expect(alarms.isEmpty)
    }

    @Test func itIsACanaryAfterARestart() throws {
        try fixture.restart()
        #expect(try fixture.view(canary.id).status == .canary)
        #expect(!fixture.verify(canary.secret, from: .of(uid: 998)).showsKey)
        try store()
        #expect(alarms.count == 1)
    }
}
