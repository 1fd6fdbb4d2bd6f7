import KeywardTesting
import Testing

@testable import KeywardCore

struct RefusalsTests {
    private func at(_ milliseconds: Int64) -> Instant { Instant(milliseconds: milliseconds) }

    @Test func refusalsOfOneKindAreAddedUpByTheHour() {
        var refusals = Refusals()
        for (code, uid, time) in [
            (Verdict.Code.revoked, UInt32(7), Int64(5)), (.revoked, 7, 9), (.revoked, 8, 6), (.expired, 7, 7),
            (.revoked, 7, 3_600_000),
        ] {
            refusals.count(code, ofKey: 1, by: uid, at: at(time))
        }
        let taken = refusals.take().sorted { ($0.hour, $0.uid, $0.code.rawValue) < ($1.hour, $1.uid, $1.code.rawValue) }
        #expect(
            taken == [
                RefusalHour(key: 1, hour: 0, uid: 7, code: .revoked, count: 2, lastAt: at(9)),
                RefusalHour(key: 1, hour: 0, uid: 7, code: .expired, count: 1, lastAt: at(7)),
                RefusalHour(key: 1, hour: 0, uid: 8, code: .revoked, count: 1, lastAt: at(6)),
                RefusalHour(key: 1, hour: 1, uid: 7, code: .revoked, count: 1, lastAt: at(3_600_000)),
            ])
        #expect(refusals.isEmpty)
        #expect(refusals[key: 1] == LastRefusal(at: at(3_600_000), uid: 7, code: .revoked))
        refusals.giveBack(taken)
        #expect(refusals.hours(ofKey: 1).count == 4 && refusals.hours(ofKey: 2).isEmpty)
    }

    @Test func memoryIsBoundedHoweverManyKeysAreRefused() {
        var refusals = Refusals()
        let many = Int64(Refusals.mostKeys + 100)
        for key in 1...many { refusals.count(.revoked, ofKey: key, by: 7, at: at(key)) }
        #expect(refusals.keyCount == Refusals.mostKeys)
        #expect(refusals.take().count == Refusals.mostUnstored)
        // The keys that were refused last are known.
        #expect(refusals[key: 100] == nil && refusals[key: 101]?.at == at(101) && refusals[key: many]?.at == at(many))
    }

    @Test func theLastRefusalIsTheLatestAndGoesWithItsKey() {
        var refusals = Refusals()
        refusals.count(.expired, ofKey: 1, by: 7, at: at(9))
        refusals.count(.revoked, ofKey: 1, by: 8, at: at(5))
        #expect(refusals[key: 1]?.code == .expired)
        refusals.forget(key: 1)
        #expect(refusals[key: 1] == nil && refusals.isEmpty)
    }

    @Test func whatWasRefusedIsKnownBeforeAndAfterTheFlushAndARestart() throws {
        let fixture = try AuthorityFixture()
        let key = try fixture.create("crm")
        fixture.verify(key)
        #expect(try fixture.view(key.id).lastRefusal == nil)
        try fixture.revoke(key.id)
        for _ in 0..<2 { #expect(fixture.verify(key, by: 998) == .revoked) }
        let first = fixture.now
        fixture.clock.advance(by: .seconds(1))
        #expect(fixture.verify(key, by: 1_001) == .revoked)
        let last = LastRefusal(at: fixture.now, uid: 1_001, code: .revoked)
        let hour = fixture.now.hour
        func refusals() throws -> [RefusalHour] {
            try fixture.authority.usage(
                of: key.id, workspace: nil, from: fixture.now - .hours(2), to: fixture.now + .hours(1), for: .root,
                at: fixture.now
            ).refusals
        }
        let expected = [
            RefusalHour(key: key.number, hour: hour, uid: 998, code: .revoked, count: 2, lastAt: first),
            RefusalHour(key: key.number, hour: hour, uid: 1_001, code: .revoked, count: 1, lastAt: fixture.now),
        ]
        for _ in 0..<3 {
            #expect(try refusals() == expected)
            #expect(try fixture.view(key.id).lastRefusal == last)
            try fixture.restart()
        }
        fixture.verify(key)
        #expect(try refusals().map(\.count) == [3, 1])
        try fixture.flush()
        #expect(try refusals().map(\.count) == [3, 1])
    }

    @Test func aFlushThatFailsLosesNoneAndAddsNoneTwice() throws {
        let store = InMemoryStore()
        let fixture = try AuthorityFixture(store: store)
        let key = try fixture.create("crm")
        try fixture.revoke(key.id)
        fixture.verify(key)
        store.fail(.flush, with: .cannotWrite("no room"))
        #expect(throws: StoreFault.self) { try fixture.flush() }
        fixture.verify(key)
        try fixture.flush()
        try fixture.flush()
        #expect(try store.refusals(ofKey: key.number, hours: 0..<Int64.max).map(\.count) == [2])
    }
}
