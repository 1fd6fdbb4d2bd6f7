import KeywardTesting
import Testing

@testable import KeywardCore

/// The commit queue alone: random schedules, checked against the invariants in its comment.
struct CommitQueueTests {
    private struct Change: Hashable {
        var number: Int
        var keys: Set<ConflictKey>
    }

    /// A queue and a test's model of it.
    private struct Schedule {
        var queue = CommitQueue<Change>()
        var random: SeededGenerator
        var arrived = 0
        var waiting: Set<Change> = []
        var inGroup: Set<Change> = []
        var isOver: Set<Change> = []
        /// The number of groups that have ended since a change was set aside.
        var passedOver: [Change: Int] = [:]

        mutating func randomKeys() -> Set<ConflictKey> {
            if Int.random(in: 0..<12, using: &random) == 0 { return [.everything] }
            return Set(
                (0..<Int.random(in: 1...3, using: &random)).map { _ in
                    ConflictKey.key(Int64.random(in: 0..<6, using: &random))
                })
        }

        mutating func arrive() {
            let change = Change(number: arrived, keys: randomKeys())
            arrived += 1
            queue.arrive(change, deadline: Int64.random(in: 0..<1_000, using: &random))
            waiting.insert(change)
        }

        mutating func decide() {
            guard let change = queue.next() else { return }
            #expect(waiting.contains(change))
            if Int.random(in: 0..<5, using: &random) == 0 {
                queue.leave()
                waiting.remove(change)
                isOver.insert(change)
            } else if queue.stage(change.keys) {
                for other in inGroup {
                    #expect(other.keys.isDisjoint(with: change.keys))
                    #expect(!other.keys.contains(.everything) && !change.keys.contains(.everything))
                }
                waiting.remove(change)
                inGroup.insert(change)
            } else {
                #expect(!inGroup.isEmpty)
                passedOver[change, default: 0] += 1
            }
        }

        mutating func endGroup() {
            isOver.formUnion(inGroup)
            #expect(Set(queue.group) == inGroup)
            inGroup = []
            queue.groupEnded()
        }

        mutating func expire() {
            let expired = queue.expire(at: Int64.random(in: 0..<200, using: &random))
            #expect(Set(expired).isSubset(of: waiting))
            waiting.subtract(expired)
            isOver.formUnion(expired)
        }
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>) func noChangeIsLostAndNoGroupConflicts(seed: UInt64) {
        var schedule = Schedule(random: SeededGenerator(seed: seed))
        for _ in 0..<2_000 {
            switch Int.random(in: 0..<10, using: &schedule.random) {
            case 0...3: schedule.arrive()
            case 4...7: schedule.decide()
            case 8: schedule.endGroup()
            default: schedule.expire()
            }
            #expect(schedule.queue.waitingCount == schedule.waiting.count)
            let count = schedule.waiting.count + schedule.inGroup.count + schedule.isOver.count
            #expect(count == schedule.arrived)
        }
        while !schedule.waiting.isEmpty {
            schedule.decide()
            if schedule.queue.group.count == CommitQueue<Change>.mostInGroup || Bool.random(using: &schedule.random) {
                schedule.endGroup()
            }
        }
    }

    /// Each group takes at least one of the changes that were set aside for a conflict, in their order.
    @Test func whatIsSetAsideGoesFirst() {
        var queue = CommitQueue<Int>()
        for change in 0..<5 { queue.arrive(change, deadline: .max) }
        var order: [Int] = []
        for newcomer in 5..<10 {
            while queue.next() != nil { _ = queue.stage([.key(1)]) }
            order += queue.group
            queue.groupEnded()
            queue.arrive(newcomer, deadline: .max)
        }
        #expect(order == [0, 1, 2, 3, 4])
    }

    @Test func aChangeThatSharesItsGroupWithNoOtherIsNotPassedByThoseThatCome() {
        var queue = CommitQueue<String>()
        queue.arrive("first", deadline: .max)
        queue.arrive("alone", deadline: .max)
        take("first", [.key(1)], staged: true, &queue)
        take("alone", [.everything], staged: false, &queue)
        queue.arrive("later", deadline: .max)
        expectNone(&queue)
        queue.groupEnded()
        take("alone", [.everything], staged: true, &queue)
        expectNone(&queue)
        queue.groupEnded()
        take("later", [], staged: true, &queue)
    }

    private func take(
        _ expected: String, _ keys: Set<ConflictKey>, staged: Bool, _ queue: inout CommitQueue<String>
    ) {
        let change = queue.next()
        let isStaged = queue.stage(keys)
        #expect(change == expected && isStaged == staged)
    }

    private func expectNone(_ queue: inout CommitQueue<String>) {
        let change = queue.next()
        #expect(change == nil)
    }

    @Test func aGroupHasABound() {
        var queue = CommitQueue<Int>()
        for change in 0..<200 { queue.arrive(change, deadline: .max) }
        while let change = queue.next() {
            let isStaged = queue.stage([.key(Int64(change))])
            #expect(isStaged)
        }
        #expect(queue.group.count == CommitQueue<Int>.mostInGroup)
        #expect(queue.waitingCount == 200 - CommitQueue<Int>.mostInGroup)
    }

    @Test func onlyWhatWaitsExpires() {
        var queue = CommitQueue<String>()
        for change in ["written", "set aside", "waits"] { queue.arrive(change, deadline: 10) }
        take("written", [.key(1)], staged: true, &queue)
        take("set aside", [.key(1)], staged: false, &queue)
        let (early, late) = (queue.expire(at: 9), queue.expire(at: 10))
        #expect(early == [] && late == ["set aside", "waits"])
        #expect(queue.group == ["written"])
        queue.groupEnded()
        #expect(queue.waitingCount == 0)
        expectNone(&queue)
    }
}
