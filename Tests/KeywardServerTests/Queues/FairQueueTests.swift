import KeywardTesting
import Testing

@testable import KeywardServer

@Suite struct FairQueueTests {
    private struct Job: Hashable {
        var user: UInt32
        var number: Int
    }

    private func take(_ queue: inout FairQueue<Job>) -> [Job] {
        var taken: [Job] = []
        while let (job, user) = queue.next() {
            #expect(job.user == user)
            taken.append(job)
        }
        return taken
    }

    @Test func accountsTakeTurnsAndEachKeepsItsOrder() {
        var queue = FairQueue<Job>(most: 1, mostOfUser: 1, reserved: 0)
        for number in 0..<3 { queue.add(Job(user: 1, number: number), of: 1) }
        queue.add(Job(user: 2, number: 0), of: 2)
        queue.add(Job(user: 2, number: 1), of: 2)
        var order: [UInt32] = []
        while let (job, user) = queue.next() {
            order.append(job.user)
            queue.end(of: user)
        }
        #expect(order == [1, 2, 1, 2, 1])
        #expect(queue.isIdle)
    }

    @Test func anAccountsFirstJobWaitsForNoOtherAccountsMany() {
        var queue = FairQueue<Job>(most: 8, mostOfUser: 3, reserved: 3)
        for user: UInt32 in 1...3 {
            for number in 0..<100 { queue.add(Job(user: user, number: number), of: user) }
        }
        #expect(take(&queue).count == 5)
        for user: UInt32 in 4...6 { queue.add(Job(user: user, number: 0), of: user) }
        #expect(take(&queue).map(\.user) == [4, 5, 6])
        queue.add(Job(user: 7, number: 0), of: 7)
        #expect(take(&queue).isEmpty)
        // A job of an account with several ends: the slot goes to the account that has none.
        queue.end(of: 1)
        #expect(take(&queue) == [Job(user: 7, number: 0)])
    }

    /// Compared with a model that examines everything.
    @Test(arguments: 0..<20) func whatRunsIsWhatAPlainModelSays(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let (most, mostOfUser) = (Int.random(in: 1...8, using: &random), Int.random(in: 1...4, using: &random))
        let reserved = Int.random(in: 0..<most, using: &random)
        var queue = FairQueue<Job>(most: most, mostOfUser: mostOfUser, reserved: reserved)
        var (waiting, turns, running): ([Job], [UInt32], [Job]) = ([], [], [])
        for number in 0..<2_000 {
            if Bool.random(using: &random), !running.isEmpty {
                let ended = running.remove(at: Int.random(in: 0..<running.count, using: &random))
                queue.end(of: ended.user)
            } else {
                let job = Job(user: UInt32.random(in: 0..<6, using: &random), number: number)
                if !waiting.contains(where: { $0.user == job.user }) { turns.append(job.user) }
                waiting.append(job)
                queue.add(job, of: job.user)
            }
            while Bool.random(using: &random) {
                let place = turns.firstIndex { user in
                    let own = running.count { $0.user == user }
                    return running.count < most
                        && (own == 0 || own < mostOfUser && running.count < most - reserved)
                }
                let expected = place.map { turns[$0] }.map { user in waiting.first { $0.user == user }! }
                #expect(queue.next()?.job == expected)
                guard let place, let expected else { break }
                let user = turns.remove(at: place)
                waiting.removeAll { $0 == expected }
                if waiting.contains(where: { $0.user == user }) { turns.append(user) }
                running.append(expected)
            }
            #expect(queue.running == running.count)
            #expect(queue.isIdle == (running.isEmpty && waiting.isEmpty))
        }
    }
}
