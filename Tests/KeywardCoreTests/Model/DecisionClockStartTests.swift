import KeywardCore
import Testing

/// Whether a start trusts the wall clock.
struct DecisionClockStartTests {
    private let last = Instant(milliseconds: 1_800_000_000_000)
    private let bound: Instant.Span = .seconds(300)

    /// The stored clock of an earlier process, in boot `a`, when the boot-time clock showed 1,000 s.
    private var stored: ClockRecord {
        ClockRecord(wall: last, bootTime: .seconds(1_000), boot: "a", unproven: Instant.Span(milliseconds: 0))
    }

    /// A start when the boot-time clock shows `seconds`.
    private func start(_ boot: String, at wall: Instant, _ seconds: Int, mark: Instant? = nil) -> DecisionClock {
        DecisionClock(
            wall: wall, bootTime: .seconds(seconds), mark: mark ?? last, bound: bound, stored: stored, boot: boot)
    }

    @Test(arguments: [
        (10, ClockState.agrees), (310, .agrees), (311, .leads(by: .seconds(301))),
        (86_400, .leads(by: .seconds(86_390))),
        (-290, .agrees), (-291, .lags(by: .seconds(301))),
    ])
    func withinOneBootTheTimeThatHasPassedIsKnown(ahead: Int, state: ClockState) {
        var clock = start("a", at: last + .seconds(ahead), 1_010)
        #expect(clock.check(wall: last + .seconds(ahead), bootTime: .seconds(1_010)) == state)
        #expect(clock.unproven == .seconds(0) && clock.toStore == nil)
    }

    @Test func aRestartDoesNotBelieveALead() {
        let wall = last + .days(3)
        var clock = start("a", at: wall, 1_010)
        #expect(clock.now(wall: wall, bootTime: .seconds(1_010)) == last + .seconds(310))
        clock.accept(wall: wall, bootTime: .seconds(1_010))
        #expect(clock.now(wall: wall, bootTime: .seconds(1_010)) == wall)
        #expect(clock.toStore?.wall == wall)
    }

    @Test func anotherBootIsBelievedUpToTheLongestTimeThatHostsAreOff() {
        for (wall, isBelieved) in [
            (last + DecisionClock.longestOff, true), (last + DecisionClock.longestOff + .seconds(1), false),
            (last - bound, true), (last - .seconds(301), false),
        ] {
            var clock = start("b", at: wall, 5)
            #expect((clock.check(wall: wall, bootTime: .seconds(5)) == .agrees) == isBelieved)
            #expect((clock.toStore != nil) == isBelieved)
        }
    }

    @Test func theTimeForWhichAHostWasOffIsNotProvenUntilAnOperatorSaysSo() {
        var clock = start("b", at: last + .days(60), 5)
        #expect(clock.unproven == .days(60))
        let record = clock.toStore
        #expect(record?.unproven == .days(60) && record?.boot == "b")
        // A wait within the bound does not count.
        #expect(start("b", at: last + bound, 5).unproven == .seconds(0))
        #expect(start("b", at: last + .seconds(301), 5).unproven == .seconds(301))
        clock.accept(wall: last + .days(60), bootTime: .seconds(6))
        #expect(clock.unproven == .seconds(0))
    }

    @Test func aClockThatIsSetLaterInAnotherBootIsBelievedAsAtTheStart() {
        // 1970 at first, and then the correct time.
        let epoch = Instant(milliseconds: 0)
        var clock = start("b", at: epoch, 5)
        #expect(clock.now(wall: epoch, bootTime: .seconds(6)) == last)
        #expect(clock.check(wall: epoch, bootTime: .seconds(6)) == .lags(by: last + .seconds(1) - epoch))
        let right = last + .hours(3)
        #expect(clock.check(wall: right, bootTime: .seconds(20)) == .agrees)
        #expect(clock.now(wall: right, bootTime: .seconds(20)) == right)
    }

    @Test func anUnknownBootIsAnotherOne() {
        let clock = DecisionClock(
            wall: last + .hours(1), bootTime: .seconds(9_000), mark: last, bound: bound,
            stored: ClockRecord(wall: last, bootTime: .seconds(1_000), boot: "", unproven: .seconds(0)), boot: "")
        #expect(clock.unproven == .hours(1))
    }

    @Test func aMarkAheadOfTheWallClockIsToldUntilItIsSetBack() {
        let mark = last + .days(5_000)
        var clock = start("a", at: last + .seconds(10), 1_010, mark: mark)
        let (wall, boot) = (last + .seconds(10), Instant.Span.seconds(1_010))
        #expect(clock.check(wall: wall, bootTime: boot) == .lags(by: mark - wall))
        // Accepting a lead does not set the clock back.
        clock.accept(wall: wall, bootTime: boot)
        #expect(clock.check(wall: wall, bootTime: boot) == .lags(by: mark - wall))
        #expect(clock.now(wall: wall, bootTime: boot) == mark)
        clock.adopt(clock.accepting(wall: wall, bootTime: boot))
        #expect(clock.check(wall: wall, bootTime: boot) == .agrees)
        #expect(clock.now(wall: wall, bootTime: boot) == wall && clock.toStore == nil)
    }

    @Test func aFirstStartIsNotEarlierThanTheProgram() {
        let epoch = Instant(milliseconds: 0)
        var clock = DecisionClock(
            wall: epoch, bootTime: .seconds(5), mark: .distantPast, bound: bound, boot: "a", earliest: last)
        #expect(clock.now(wall: epoch, bootTime: .seconds(5)) == last && clock.toStore == nil)
        #expect(clock.check(wall: last + .days(9), bootTime: .seconds(9)) == .agrees)
        #expect(clock.now(wall: last + .days(9), bootTime: .seconds(9)) == last + .days(9))
    }
}
