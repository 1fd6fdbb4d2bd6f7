import KeywardTesting
import Synchronization
import Testing

@testable import KeywardCore

@Suite struct HoldBudgetTests {
    /// A clock that work advances.
    private final class WorkClock: Sendable {
        let time = Atomic<Int64>(0)
        let looks = Atomic<Int>(0)

        func pass(_ nanoseconds: Int64) { time.add(nanoseconds, ordering: .relaxed) }

        var now: @Sendable () -> Int64 {
            {
                self.looks.add(1, ordering: .relaxed)
                return self.time.load(ordering: .relaxed)
            }
        }
    }

    /// The durations of holds if a key takes this many nanoseconds.
    private func holds(ofKeysTaking nanoseconds: Int64) -> (longest: Int64, looks: Int, keys: Int) {
        let clock = WorkClock()
        var budget = HoldBudget(clock: clock.now)
        var (longest, keys): (Int64, Int) = (0, 0)
        for _ in 0..<100 {
            let start = clock.time.load(ordering: .relaxed)
            budget.begin()
            repeat {
                clock.pass(nanoseconds)
                keys += 1
            } while !budget.spend(1)
            longest = max(longest, clock.time.load(ordering: .relaxed) - start)
        }
        return (longest, clock.looks.load(ordering: .relaxed), keys)
    }

    @Test(arguments: [1, 5, 20, 100, 300, 1_000]) func aHoldLastsATenthOfAMillisecondHoweverSlowKeysAre(key: Int64) {
        #expect(holds(ofKeysTaking: key).longest <= 100_000)
    }

    @Test func theClockIsLookedAtSeldomWhereKeysAreQuick() {
        let quick = holds(ofKeysTaking: 10)
        #expect(quick.looks * 200 < quick.keys)
    }

    @Test func workThatCostsMoreIsFollowedByALookAtTheClock() {
        let clock = WorkClock()
        var budget = HoldBudget(clock: clock.now)
        // It has measured that keys are quick.
        budget.begin()
        for _ in 0..<5_000 where budget.spend(1) { budget.begin() }
        budget.begin()
        var records = 0
        repeat {
            clock.pass(8_000)
            records += 1
        } while !budget.spend(HoldBudget.workOfRecord)
        #expect(records <= 12)
    }

    @Test func withoutAClockAHoldEndsAllTheSame() {
        var budget = HoldBudget { 0 }
        budget.begin()
        var keys = 0
        while !budget.spend(32) { keys += 32 }
        #expect((1_000...21_000).contains(keys))
    }
}
