import KeywardCore
import Testing

struct DecisionClockTests {
    private let start = Instant(milliseconds: 1_800_000_000_000)
    private func boot(_ seconds: Int) -> Instant.Span { .seconds(1_000 + seconds) }

    private func clock(mark: Instant = .distantPast) -> DecisionClock {
        DecisionClock(wall: start, bootTime: boot(0), mark: mark, bound: .seconds(300))
    }

    @Test func anHonestClockDecides() {
        var clock = clock()
        for second in [0, 1, 60, 86_400] {
            #expect(clock.now(wall: start + .seconds(second), bootTime: boot(second)) == start + .seconds(second))
        }
    }

    @Test func aClockThatWentBackwardsRevivesNothing() {
        var clock = clock()
        _ = clock.now(wall: start + .seconds(10), bootTime: boot(10))
        #expect(clock.now(wall: start - .days(9), bootTime: boot(11)) == start + .seconds(10))
        #expect(clock.mark == start + .seconds(10))
        #expect(clock.now(wall: start + .seconds(12), bootTime: boot(12)) == start + .seconds(12))
    }

    @Test func aLeapIsBelievedUpToTheBoundOnly() {
        var clock = clock()
        let leapt = start + .days(400)
        #expect(clock.now(wall: leapt, bootTime: boot(5)) == start + .seconds(305))
        #expect(
            clock.check(wall: leapt, bootTime: boot(5))
                == .leads(by: Instant.Span(milliseconds: 400 * 86_400_000 - 5_000)))
        #expect(clock.check(wall: start + .seconds(305), bootTime: boot(5)) == .agrees)
        // After the correction, time continues correctly once it has caught up.
        #expect(clock.now(wall: start + .seconds(6), bootTime: boot(6)) == start + .seconds(305))
        #expect(clock.now(wall: start + .seconds(306), bootTime: boot(306)) == start + .seconds(306))
    }

    @Test func timeInSuspendCounts() {
        // The boot-time clock continues while the machine sleeps.
        var clock = clock()
        let slept = 30 * 86_400
        #expect(clock.now(wall: start + .seconds(slept), bootTime: boot(slept)) == start + .seconds(slept))
        #expect(clock.check(wall: start + .seconds(slept), bootTime: boot(slept)) == .agrees)
    }

    @Test func aLeapThatIsAcceptedDecides() {
        var clock = clock()
        let leapt = start + .days(400)
        clock.accept(wall: leapt, bootTime: boot(5))
        #expect(clock.check(wall: leapt, bootTime: boot(5)) == .agrees)
        #expect(clock.now(wall: leapt, bootTime: boot(5)) == leapt)
        #expect(clock.now(wall: leapt + .days(3), bootTime: boot(6)) == leapt + .seconds(301))
    }

    @Test func aClockThatWentBackIsBelievedAgainWhereItTurned() {
        var clock = clock()
        _ = clock.now(wall: start + .days(1), bootTime: boot(86_400))
        let (turned, back) = (start + .days(1), start - .seconds(400))
        #expect(clock.check(wall: back, bootTime: boot(86_400)) == .lags(by: turned - back))
        #expect(clock.check(wall: turned - .seconds(1), bootTime: boot(2 * 86_400)) == .lags(by: .seconds(86_401)))
        #expect(clock.check(wall: turned, bootTime: boot(2 * 86_400)) == .agrees)
        // From there on, the time that passes is measured again.
        #expect(clock.now(wall: turned + .days(1), bootTime: boot(2 * 86_400)) == turned + .seconds(300))
        #expect(clock.check(wall: turned - .seconds(300), bootTime: boot(2 * 86_400)) == .agrees)
    }

    @Test func theStoredMarkHoldsAfterARestart() {
        var clock = clock(mark: start + .days(1))
        #expect(clock.now(wall: start, bootTime: boot(0)) == start + .days(1))
        #expect(clock.now(wall: start + .days(2), bootTime: boot(2 * 86_400)) == start + .days(2))
    }

    @Test func arithmeticAtTheEndsOfTimeSaturates() {
        #expect(Instant.distantFuture + .days(1) == .distantFuture)
        #expect(Instant.distantPast - .days(1) == .distantPast)
        #expect(Instant(milliseconds: 3_600_000 * 5 + 3_599_999).hour == 5)
    }
}
