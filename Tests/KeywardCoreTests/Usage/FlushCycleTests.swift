import KeywardTesting
import Testing

@testable import KeywardCore

/// How much usage is stored each second, and which time the database then reflects.
struct UsageRoundTests {
    private struct Keys {
        var dirty = DirtyKeys()
        var round = FlushCycle()
        /// When each was first used after it was taken.
        var since: [Int: Int] = [:]
        var second = 0
        var longestWait = 0
        var largestShare = 0

        mutating func use(_ index: Int) {
            dirty.insert(index)
            if since[index] == nil { since[index] = second }
        }

        /// One flush, as each second.
        mutating func pass() {
            second += 1
            var share = round.share(keys: dirty.count, ahead: dirty.ahead, hours: 0)
            largestShare = max(largestShare, share)
            while true {
                if dirty.ahead == 0 {
                    round.end(at: Instant(milliseconds: Int64(second)), keysAreLeft: true, hoursAreLeft: false)
                    dirty.beginCycle()
                }
                guard share > 0, let index = dirty.takeNext() else { return }
                longestWait = max(longestWait, second - (since.removeValue(forKey: index) ?? second))
                share -= 1
            }
        }
    }

    @Test(arguments: [1, 64, 999, 1_000]) func upToAThousandKeysInUseAreAllStoredEachSecond(count: Int) {
        var keys = Keys()
        for _ in 1...30 {
            for index in 0..<count { keys.use(index * 7) }
            keys.pass()
            #expect(keys.dirty.count == 0)
        }
        #expect(keys.longestWait == 1)
    }

    @Test(arguments: [1_001, 5_000, 10_000, 10_001, 25_000, 50_000]) func moreInConstantUseAreStoredWithinTenSeconds(
        count: Int
    ) {
        var keys = Keys()
        for _ in 1...25 {
            for index in 0..<count { keys.use(index) }
            keys.pass()
        }
        #expect(keys.longestWait == min(10, (count + 999) / 1_000))
        #expect(keys.largestShare == max(1_000, (count + 9) / 10))
    }

    @Test func aBurstIsStoredWithinTenSeconds() {
        var keys = Keys()
        for index in 0..<50_000 { keys.use(index) }
        for _ in 1...10 { keys.pass() }
        #expect(keys.dirty.count == 0 && keys.longestWait == 10 && keys.largestShare == 5_000)
    }

    /// The worst case: a key used behind the cursor waits for the rest of one cycle and for all of another.
    @Test func noneWaitsForTwentySecondsHoweverTheyAreUsed() {
        var random = SeededGenerator(seed: 5)
        var keys = Keys()
        for _ in 1...300 {
            let start = Int.random(in: 0..<40_000, using: &random)
            for index in start..<start + Int.random(in: 0..<9_000, using: &random) { keys.use(index) }
            keys.pass()
        }
        #expect(keys.longestWait > 10 && keys.longestWait < 20)
    }

    @Test func moreThanFiftyThousandTakeLongerAndEachHasItsTurn() {
        var keys = Keys()
        for _ in 1...60 {
            for index in 0..<120_000 { keys.use(index) }
            keys.pass()
        }
        #expect(keys.largestShare == 5_000 && keys.longestWait == 24)
    }

    @Test func finishedHoursHaveShareOfTheirOwn() {
        var round = FlushCycle()
        #expect(round.share(keys: 3, ahead: 3, hours: 0) == 3)
        #expect(round.share(keys: 3, ahead: 3, hours: 900) == 900)
        #expect(round.share(keys: 3, ahead: 3, hours: 20_000) == 2_000)
        #expect(round.share(keys: 3, ahead: 3, hours: 200_000) == 5_000)
        #expect(round.share(keys: 0, ahead: 0, hours: 0) == 0)
    }
}
