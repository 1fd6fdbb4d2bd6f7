import KeywardCore
import Testing

@testable import KeywardServer

/// When stored rows are checked, and the results.
@Suite struct KeyRowWatchTests {
    private let start = Instant(milliseconds: 1_000_000)

    @Test func aPassGoesOnWhereItHasComeToAndBeginsAgainADayAfterItsEnd() {
        var watch = KeyRowWatch()
        #expect(watch.isDue(at: start) && watch.position == 0)
        #expect(watch.take(KeyCheck(last: 500), at: start).isEmpty)
        #expect(watch.isDue(at: start) && watch.position == 500)
        #expect(watch.take(KeyCheck(), at: start).isEmpty)
        #expect(watch.position == 0)
        #expect(!watch.isDue(at: Instant(milliseconds: start.milliseconds + 86_399_999)))
        #expect(watch.isDue(at: start + .days(1)))
    }

    @Test func damageIsNewsOnceAndIsLookedAtEachMinuteUntilItIsMended() {
        var watch = KeyRowWatch()
        #expect(watch.take(KeyCheck(last: 1, damaged: ["kw_b", "kw_a"]), at: start) == ["kw_a", "kw_b"])
        #expect(watch.damaged == ["kw_a", "kw_b"])
        _ = watch.take(KeyCheck(), at: start)
        #expect(watch.damaged == ["kw_a", "kw_b"])
        let next = Instant(milliseconds: start.milliseconds + 60_000)
        #expect(!watch.isDue(at: Instant(milliseconds: next.milliseconds - 1)) && watch.isDue(at: next))
        #expect(watch.take(KeyCheck(last: 1, damaged: ["kw_b", "kw_c"]), at: next) == ["kw_c"])
        _ = watch.take(KeyCheck(), at: next)
        #expect(watch.damaged == ["kw_b", "kw_c"])
        let last = Instant(milliseconds: next.milliseconds + 60_000)
        _ = watch.take(KeyCheck(last: 1), at: last)
        _ = watch.take(KeyCheck(), at: last)
        #expect(watch.damaged.isEmpty && !watch.isDue(at: Instant(milliseconds: last.milliseconds + 60_000)))
    }
}
