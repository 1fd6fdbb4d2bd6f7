import KeywardCore
import Testing

@testable import KeywardServer

/// When the timers fire.
@Suite struct SweepPaceTests {
    private let now = ManualClock.start

    private func pause(_ sweep: Sweep, _ due: Instant?, isBarred: Bool = false) -> Int64 {
        SweepThrottle.pause(sweep, until: due, at: now, isBarred: isBarred).milliseconds
    }

    @Test func expiryFiresAtTheNextDueInstantAndAtLeastEachMinute() {
        #expect(pause(.expiry, now + .seconds(5)) == 5_001)
        #expect(pause(.expiry, now + .seconds(59)) == 59_001)
        #expect(pause(.expiry, now + .days(3)) == 60_000)
        #expect(pause(.expiry, nil) == 60_000)
        #expect(pause(.expiry, now) == 1)
        #expect(pause(.expiry, now - .seconds(9)) == 1)
    }

    @Test func theOthersFireHourlyAndDaily() {
        for due in [nil, now, now + .seconds(5), now + .days(9)] {
            #expect(pause(.stale, due) == 3_600_000)
            #expect(pause(.retention, due) == 86_400_000)
        }
    }

    @Test func whatCouldNotBeDoneIsTriedAgainAfterAMinuteAndNotAtOnce() {
        for sweep in Sweep.allCases { #expect(pause(sweep, now, isBarred: true) == 60_000) }
    }

    @Test func aSweepLeavesMostOfTheCoreToOthersButDoesNotRestForLong() {
        #expect(SweepThrottle.rest(after: 0) == 0)
        #expect(SweepThrottle.rest(after: 500_000) == 19_500_000)
        #expect(SweepThrottle.rest(after: 40_000_000) == 200_000_000)
        #expect(SweepThrottle.rest(after: 5_000_000_000) == 200_000_000)
    }
}
