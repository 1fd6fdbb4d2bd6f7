import KeywardCore
import KeywardTesting
import Testing

@testable import KeywardServer

/// The schedule of fact look-ups, without threads.
struct LookupQueueTests {
    private static func question(_ number: Int) -> FactQuestion { .userID(name: "user-\(number)") }

    /// Random schedules of requests, answers and deadlines: each request ends once, and only with all facts, each from
    /// a look-up that started after the request.
    @Test(arguments: 1...40 as ClosedRange<UInt64>) func everyRequestEndsOnceWithFreshAnswers(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var queue = LookupQueue<Int>()
        var missing: [Int: Set<FactQuestion>] = [:]
        var askedAt: [Int: Int64] = [:]
        var running: [FactQuestion: Int64] = [:]
        var (next, ended) = (0, Set<Int>())
        for now in 0..<3_000 as Range<Int64> {
            switch Int.random(in: 0..<8, using: &random) {
            case 0...2:
                let questions = Set(
                    (0...Int.random(in: 0..<3, using: &random)).map { _ in
                        Self.question(Int.random(in: 0..<9, using: &random))
                    })
                let user = UInt32.random(in: 0..<3, using: &random)
                queue.ask(questions, for: next, of: user, deadline: now + 400)
                (missing[next], askedAt[next]) = (questions, now)
                next += 1
            case 3, 4:
                guard let question = queue.next() else { continue }
                #expect(running[question] == nil)
                running[question] = now
            case 5, 6:
                guard let (question, begun) = running.randomElement(using: &random) else { continue }
                running[question] = nil
                let (informed, complete) = queue.answered(question)
                for request in informed {
                    #expect(askedAt[request]! < begun)
                    let wasMissing = missing[request]?.remove(question) != nil
                    #expect(wasMissing)
                }
                for request in complete {
                    let isFirst = ended.insert(request).inserted
                    #expect(missing[request] == [] && isFirst)
                }
            default:
                for request in queue.expire(at: now) {
                    let isFirst = ended.insert(request).inserted
                    #expect(askedAt[request]! + 400 <= now && isFirst)
                    missing[request] = []
                }
            }
        }
        _ = queue.expire(at: .max)
        #expect(queue.isIdle && ended.count > 100)
    }

    @Test func aLookupThatIsNotAnsweredHoldsUpOnlyThoseWhoNeedIt() {
        var queue = LookupQueue<Int>()
        queue.ask([Self.question(1)], for: 1, of: 0, deadline: 100)
        #expect(queue.next() == Self.question(1))
        queue.ask([Self.question(1), Self.question(2)], for: 2, of: 0, deadline: 100)
        queue.ask([Self.question(2)], for: 3, of: 0, deadline: 100)
        #expect(queue.next() == Self.question(2))
        #expect(queue.answered(Self.question(2)).complete == [3])
        #expect(queue.next() == nil)
        #expect(Set(queue.expire(at: 100)) == [1, 2])
    }

    @Test func oneAccountLeavesWorkersToOthers() {
        var queue = LookupQueue<Int>()
        for number in 0..<20 { queue.ask([Self.question(number)], for: number, of: 7, deadline: 100) }
        var taken = 0
        while queue.next() != nil { taken += 1 }
        #expect(taken == LookupQueue<Int>.mostRunningOfUser)
        queue.ask([Self.question(30)], for: 30, of: 8, deadline: 100)
        #expect(queue.next() == Self.question(30))
    }

    /// Another worker is needed when two checks find the same look-up in the queue, ready to run.
    @Test func aLookupThatWaitsForAWorkerIsNoticedAtTheSecondLook() {
        var queue = LookupQueue<Int>()
        queue.ask([Self.question(1)], for: 1, of: 7, deadline: 100)
        let looks = [queue.lookForDelay(), queue.lookForDelay()]
        #expect(looks == [false, true])
        _ = queue.next()
        let (afterwards, again) = (queue.lookForDelay(), queue.lookForDelay())
        #expect(!afterwards && !again)
    }
}
