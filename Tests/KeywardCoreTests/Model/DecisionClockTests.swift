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
        #expect(clock.leads(wall: leapt, bootTime: boot(5)))
        #expect(!clock.leads(wall: start + .seconds(305), bootTime: boot(5)))
        // Set right again, time goes on where it should once it has caught up.
        #expect(clock.now(wall: start + .seconds(6), bootTime: boot(6)) == start + .seconds(305))
        #expect(clock.now(wall: start + .seconds(306), bootTime: boot(306)) == start + .seconds(306))
    }

    @Test func timeInSuspendCounts() {
        // The boot-time clock runs on while the machine sleeps.
        var clock = clock()
        let slept = 30 * 86_400
        #expect(clock.now(wall: start + .seconds(slept), bootTime: boot(slept)) == start + .seconds(slept))
        #expect(!clock.leads(wall: start + .seconds(slept), bootTime: boot(slept)))
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
