import KeywardTesting
import Testing

@testable import KeywardCore

@Suite struct WindowCountsTests {
    /// What was spent, as a list: the meaning of a limit in its simplest form.
    private struct Model {
        let length: Int64
        var spent: [(at: Int64, cost: Int64)] = []

        func sum(of window: Int64) -> Int64 {
            spent.filter { $0.at / length == window }.reduce(0) { $0 + $1.cost }
        }

        /// What counts at `time`: the current window, and of the one before the share that is in the last `length`.
        func counted(at time: Int64) -> Int64 {
            let window = time / length
            let share = Double(sum(of: window - 1)) * Double(length - time % length) / Double(length)
            return sum(of: window) + Int64(share.rounded(.up))
        }
    }

    @Test(arguments: 1...100) func theyAreCountedLikeAListOfWhatWasSpent(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        // A power of two: the model's fractions are exact.
        let length = [Int64(1_024), 65_536, 1 << 26].randomElement(using: &random)!
        let limit = Int64.random(in: 1...50, using: &random)
        var (counts, model, time) = (
            WindowCounts(), Model(length: length), Int64.random(in: 0...length, using: &random)
        )
        for _ in 0..<300 {
            time += Int64.random(in: 0...[length / 20, length * 3].randomElement(using: &random)!, using: &random)
            let moment = WindowCounts.Moment(time, length: length)
            #expect(counts.spent(at: moment) == model.counted(at: time))
            let cost = Int64.random(in: 1...3, using: &random)
            guard counts.spent(at: moment) + cost <= limit else { continue }
            counts.spend(cost, at: moment)
            model.spent.append((time, cost))
        }
        for window in 0...time / length { #expect(model.sum(of: window) <= limit) }
        // Any span of that length has less than twice the limit.
        for start in model.spent {
            let span = model.spent.filter { $0.at >= start.at && $0.at < start.at + length }
            #expect(span.reduce(0) { $0 + $1.cost } < 2 * limit)
        }
    }

    @Test(arguments: 1...200) func theWaitIsTheShortest(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let length = Int64.random(in: 1...2_000, using: &random) * 1_000
        let limit = Int64.random(in: 1...1_000, using: &random)
        var (counts, time) = (WindowCounts(), Int64.random(in: 0...length * 5, using: &random))
        func admits(_ cost: Int64, at time: Int64) -> Bool {
            counts.spent(at: WindowCounts.Moment(time, length: length)) + cost <= limit
        }
        for _ in 0..<50 {
            time += Int64.random(in: 0...length / 4, using: &random)
            let cost = Int64.random(in: 1...limit + 2, using: &random)
            let wait = counts.wait(for: cost, of: limit, at: WindowCounts.Moment(time, length: length))
            if let wait {
                #expect(admits(cost, at: time + wait))
                #expect(wait == 0 || !admits(cost, at: time + wait - 1))
            } else {
                #expect(cost > limit)
            }
            if wait == 0 { counts.spend(cost, at: WindowCounts.Moment(time, length: length)) }
        }
    }

    @Test func theGreatestNumbersDoNotOverflow() {
        var counts = WindowCounts()
        let length = Int64(31 * 86_400_000)
        let first = WindowCounts.Moment(5 * length, length: length)
        counts.spend(1_000_000_000, at: first)
        let second = WindowCounts.Moment(6 * length, length: length)
        #expect(counts.spent(at: second) == 1_000_000_000)
        counts.change(from: second, to: WindowCounts.Moment(6 * length, length: length - 1_000))
        #expect(counts.spent(at: WindowCounts.Moment(6 * length, length: length - 1_000)) >= 1_000_000_000)
        #expect(counts.wait(for: 1, of: 1_000_000_000, at: second) != nil)
    }

    @Test func aWindowLongAgoCountsNothing() {
        var counts = WindowCounts()
        counts.spend(5, at: WindowCounts.Moment(0, length: 1_000))
        #expect(counts.spent(at: WindowCounts.Moment(1_000, length: 1_000)) == 5)
        #expect(counts.spent(at: WindowCounts.Moment(2_000, length: 1_000)) == 0)
        #expect(counts.spent(at: WindowCounts.Moment(4_000, length: 1_000)) == 0)
    }

    @Test func anotherLengthCountsAllThatWasSpent() {
        var counts = WindowCounts()
        counts.spend(3, at: WindowCounts.Moment(9_000, length: 10_000))
        counts.spend(4, at: WindowCounts.Moment(11_000, length: 10_000))
        counts.change(
            from: WindowCounts.Moment(12_000, length: 10_000), to: WindowCounts.Moment(12_000, length: 3_000))
        #expect(counts.spent(at: WindowCounts.Moment(12_000, length: 3_000)) == 7)
    }
}
