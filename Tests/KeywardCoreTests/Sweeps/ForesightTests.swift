import KeywardTesting
import Testing

@testable import KeywardCore

/// Foreseen actions are what sweeps then do, if nobody uses or changes a key.
struct ForesightTests {
    private static let sweeps = [Sweep.expiry, .stale, .retention]

    private func fixture() throws -> AuthorityFixture {
        var policy = Policy()
        (policy.sweeps.disableAfterDays, policy.sweeps.revokeAfterDays) = (104, 150)
        policy.sweeps.exemptKeys = ["exempt"]
        policy.sweeps.retainTerminalDays = 100
        policy.sweeps.largestShare = 1
        let fixture = try AuthorityFixture(policy: policy)
        for (name, days) in [("short", 20), ("long", 130), ("exempt", 190)] {
            _ = try fixture.create(name, expiresIn: .days(days))
        }
        for name in ["a", "b"] { _ = try fixture.create(name) }
        return fixture
    }

    private struct Done: Hashable, CustomStringConvertible {
        var day: Int64
        var action: String
        var key: String
        var description: String { "\(day) \(action) \(key)" }
    }

    @Test func eachActionIsForeseenOnItsDayAndNoOther() throws {
        let fixture = try fixture()
        let start = fixture.now
        func day(_ at: Instant) -> Int64 { (at - start).milliseconds / 86_400_000 }
        var foreseen: Set<Done> = []
        for sweep in Self.sweeps {
            let steps = try #require(
                fixture.authority.foresee(sweep, until: start + .days(200), from: start, limit: 1_000) { true })
            #expect(steps.map(\.at) == steps.map(\.at).sorted())
            for step in steps {
                foreseen.insert(Done(day: day(step.at), action: step.action.rawValue, key: step.key.id))
            }
        }
        let known = try fixture.store.auditEntries(matching: AuditQuery(limit: 1_000)).count
        for _ in 0..<200 * 24 {
            fixture.clock.advance(by: .hours(1))
            for sweep in Self.sweeps { _ = try fixture.authority.sweep(sweep, at: fixture.now, limit: 100) }
        }
        let entries = try fixture.store.auditEntries(matching: AuditQuery(limit: 1_000)).dropFirst(known)
        let done = Set(entries.map { Done(day: day($0.at), action: $0.action, key: $0.keyID ?? "") })
        #expect(done == foreseen, "\(done.symmetricDifference(foreseen))")
        #expect(done.count > 15)
    }

    @Test func nothingIsChangedAndTheEarliestCome() throws {
        let fixture = try fixture()
        let entries = try fixture.store.auditEntries(matching: AuditQuery(limit: 1_000))
        let end = fixture.now + .days(200)
        let all = try #require(fixture.authority.foresee(.stale, until: end, from: fixture.now, limit: 100) { true })
        let few = try #require(fixture.authority.foresee(.stale, until: end, from: fixture.now, limit: 3) { true })
        #expect(few.map(\.key.id) == all.prefix(3).map(\.key.id) && all.count > 3)
        #expect(fixture.authority.foresee(.stale, until: end, from: fixture.now, limit: 3) { false } == nil)
        #expect(
            fixture.authority.foresee(.stale, until: fixture.now, from: fixture.now, limit: 9) { true }?.count == 0)
        #expect(try fixture.store.auditEntries(matching: AuditQuery(limit: 1_000)) == entries)
    }

    /// Marked and warned in one run: one key with two entries.
    @Test func keysAndEntriesAreCountedApart() throws {
        var policy = Policy()
        policy.sweeps.disableAfterDays = 104
        let fixture = try AuthorityFixture(policy: policy)
        for number in 0..<31 { _ = try fixture.create("key-\(number)") }
        fixture.clock.advance(by: .days(91))
        let report = try fixture.authority.sweep(.stale, at: fixture.now, limit: 4)
        #expect(report.keys == 31 && report.entries == 62 && report.changed == [.keyStale: 31])
    }
}
