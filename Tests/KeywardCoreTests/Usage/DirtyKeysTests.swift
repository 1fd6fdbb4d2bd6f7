import KeywardTesting
import Testing

@testable import KeywardCore

/// The flush cursor, which takes keys with unstored usage in turn.
struct DirtyKeysTests {
    private func taken(_ dirty: inout DirtyKeys, atMost limit: Int = .max) -> [KeyTable.Index] {
        var indices: [KeyTable.Index] = []
        while indices.count < limit, let index = dirty.takeNext() { indices.append(index) }
        return indices
    }

    @Test func theyAreTakenInTheirOrderAndOnceEach() {
        var dirty = DirtyKeys()
        for index in [700, 3, 64, 63, 3, 0, 127, 700] { dirty.insert(index) }
        #expect(dirty.count == 6 && dirty.ahead == 6)
        #expect(taken(&dirty) == [0, 3, 63, 64, 127, 700])
        #expect(dirty.count == 0 && dirty.ahead == 0)
    }

    @Test func whatComesBehindTheHandWaitsForTheNextRound() {
        var dirty = DirtyKeys()
        for index in 0..<200 { dirty.insert(index) }
        #expect(taken(&dirty, atMost: 100) == Array(0..<100))
        for index in [5, 99, 100, 150, 300] { dirty.insert(index) }
        #expect(taken(&dirty) == Array(100..<200) + [300])
        #expect(dirty.count == 2 && dirty.ahead == 0)
        dirty.beginCycle()
        #expect(taken(&dirty) == [5, 99])
    }

    @Test func aKeyInUseNowAndThenHasItsTurnInARoundHoweverOftenOthersAreUsed() {
        var dirty = DirtyKeys()
        for index in 0..<1_000 { dirty.insert(index) }
        var turns = 0
        var others = 0
        while turns == 0, others < 10_000 {
            if dirty.ahead == 0 { dirty.beginCycle() }
            for index in taken(&dirty, atMost: 10) {
                if index == 999 { turns += 1 } else { others += 1 }
                // All the others are used continuously.
                if index != 999 { dirty.insert(index) }
            }
        }
        #expect(turns == 1 && others == 999)
    }

    @Test func whatWasRemovedIsNotTaken() {
        var dirty = DirtyKeys()
        for index in 0..<130 { dirty.insert(index) }
        _ = taken(&dirty, atMost: 10)
        dirty.insert(4)
        for index in [4, 10, 64, 129, 9_999] { dirty.remove(index) }
        dirty.remove(64)
        #expect(dirty.count == 117 && dirty.ahead == 117)
        #expect(taken(&dirty) == (11..<129).filter { $0 != 64 })
    }

    @Test(arguments: [0, 1, 63, 64, 65, 100, 127, 128]) func turnedBackItTakesThemAgain(place: Int) {
        var dirty = DirtyKeys()
        for index in 0..<200 { dirty.insert(index) }
        _ = taken(&dirty, atMost: 128)
        for index in 0..<128 { dirty.insert(index) }
        dirty.rewind(to: place)
        #expect(dirty.ahead == 200 - place)
        #expect(taken(&dirty) == Array(place..<200))
        #expect(dirty.count == place)
    }

    @Test func turningItForwardDoesNothing() {
        var dirty = DirtyKeys()
        dirty.insert(7)
        dirty.rewind(to: .max)
        dirty.rewind(to: 3)
        #expect(taken(&dirty) == [7])
    }

    /// Compared with sets, with every operation in random order.
    @Test func itIsAsASlowReferenceIs() {
        var random = SeededGenerator(seed: 27)
        var dirty = DirtyKeys()
        var all: Set<Int> = []
        var hand = 0
        for _ in 0..<20_000 {
            let index = Int.random(in: 0..<500, using: &random)
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<4:
                dirty.insert(index)
                all.insert(index)
            case 4..<6:
                dirty.remove(index)
                all.remove(index)
            case 6..<9:
                let next = all.filter { $0 >= hand }.min()
                #expect(dirty.takeNext() == next)
                if let next { hand = next + 1 } else { dirty.beginCycle() }
                if let next { all.remove(next) } else { hand = 0 }
            default:
                dirty.rewind(to: index)
                hand = min(hand, index)
            }
            guard dirty.count == all.count, dirty.ahead == all.filter({ $0 >= hand }).count else {
                Issue.record("\(dirty.count) and \(dirty.ahead) of \(all.sorted()) from \(hand)")
                return
            }
        }
    }
}
