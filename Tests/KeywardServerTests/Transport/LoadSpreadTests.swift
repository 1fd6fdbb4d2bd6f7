import KeywardTesting
import Testing

@testable import KeywardServer

/// How many loops serve a load, and where its connections go. A model of the loops replaces the threads.
struct LoadSpreadTests {
    /// The load of one client process: each connection has this many requests in flight.
    struct Client {
        var connections: Int
        var depth: Int
        /// The share of a core that a loop needs for it.
        var work: Double
    }

    /// Loops without threads: each has connections, by client, and performs its part of the work.
    struct Loops {
        var spread: any ConnectionSpread
        var connections: [[Int]]
        let clients: [Client]
        var now: Int64 = 0
        var moves = 0

        init(_ spread: any ConnectionSpread, loops: Int, _ clients: [Client]) {
            (self.spread, self.clients) = (spread, clients)
            connections = Array(repeating: Array(repeating: 0, count: clients.count), count: loops)
            connections[0] = clients.map(\.connections)
        }

        /// Lets windows pass. A loop records its work in each window with work, or in each tenth.
        mutating func pass(_ windows: Int, share: Double = 1) {
            for _ in 0..<windows {
                now += 10
                for loop in connections.indices {
                    let sample = sample(of: loop, share)
                    guard sample.reads > 0 || (loop > 0 && now % 100 == 0) else { continue }
                    if let move = spread.note(sample, of: loop) { carryOut(move, from: loop) }
                }
            }
        }

        private func sample(of loop: Int, _ share: Double) -> LoopSample {
            var sample = LoopSample(
                from: now - 10, until: now, busy: 0, reads: 0, lines: 0, active: 0, clients: [])
            for (number, count) in connections[loop].enumerated() where count > 0 && share > 0 {
                let client = clients[number]
                sample.busy += Int64(
                    client.work * share * Double(count) / Double(client.connections) * 10_000_000)
                sample.reads += count * 10
                sample.lines += count * 10 * client.depth
                sample.active += count
                sample.clients.insert(Int32(number))
            }
            sample.busy = min(sample.busy, 10_000_000)
            return sample
        }

        private mutating func carryOut(_ move: Move, from loop: Int) {
            moves += 1
            var left = connections[loop].reduce(0, +)
            if case .active(let count) = move.which { left = count }
            for client in clients.indices {
                let count = min(left, connections[loop][client])
                connections[loop][client] -= count
                connections[move.to][client] += count
                left -= count
            }
        }

        var totals: [Int] { connections.map { $0.reduce(0, +) } }
    }

    private func loops(most: Int = 2, cores: Int = 2, _ clients: Client...) -> Loops {
        Loops(LoadSpread(most: most, cores: cores), loops: most, clients)
    }

    @Test func oneLoopServesAClientThatSendsOneRequestAtATime() {
        var loops = loops(Client(connections: 50, depth: 1, work: 1))
        loops.pass(100)
        #expect(loops.totals == [50, 0])
    }

    @Test func twoLoopsShareAClientThatSendsManyRequestsAtOnce() {
        var loops = loops(Client(connections: 50, depth: 16, work: 1.4))
        loops.pass(10)
        #expect(loops.totals == [25, 25])
    }

    @Test func eachClientProcessGetsALoop() {
        var loops = loops(
            Client(connections: 50, depth: 1, work: 0.5), Client(connections: 50, depth: 1, work: 0.5))
        loops.pass(10)
        #expect(loops.connections == [[0, 50], [50, 0]])
    }

    @Test func oneLoopServesClientsThatDoNotFillIt() {
        var loops = loops(
            Client(connections: 50, depth: 16, work: 0.2), Client(connections: 50, depth: 16, work: 0.3))
        loops.pass(100)
        #expect(loops.totals == [100, 0])
    }

    @Test func halfOfTheCoresMayServeAnyClient() {
        var loops = loops(most: 4, cores: 4, Client(connections: 40, depth: 1, work: 4))
        loops.pass(100)
        #expect(loops.totals == [20, 20, 0, 0])
    }

    @Test func allLoopsServeALoadThatNeedsThem() {
        var loops = loops(most: 4, cores: 4, Client(connections: 40, depth: 16, work: 4))
        loops.pass(100)
        #expect(loops.totals == [10, 10, 10, 10])
    }

    @Test func connectionsComeBackWhenTheLoadFalls() {
        var loops = loops(Client(connections: 50, depth: 16, work: 1.4))
        loops.pass(10)
        loops.pass(5, share: 0.1)
        #expect(loops.totals == [25, 25], "it waits before it gives back")
        loops.pass(20, share: 0.1)
        #expect(loops.totals == [50, 0])
    }

    @Test func connectionsComeBackWhenNothingIsSent() {
        var loops = loops(Client(connections: 50, depth: 16, work: 1.4))
        loops.pass(10)
        loops.pass(40, share: 0)
        #expect(loops.totals == [50, 0])
    }

    @Test func aLoadNearTheBoundsMovesFewConnections() {
        var random = SeededGenerator(seed: 7)
        var loops = loops(Client(connections: 50, depth: 16, work: 1))
        for _ in 0..<1_000 { loops.pass(1, share: .random(in: 0.35...0.75, using: &random)) }
        #expect(loops.moves < 20)
    }

    @Test(arguments: 0..<50) func movesGoToServingLoopsWhateverIsNoted(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let most = Int.random(in: 1...5, using: &random)
        var spread = LoadSpread(most: most, cores: .random(in: 1...8, using: &random))
        var now: Int64 = 0
        for _ in 0..<500 {
            let length = Int64.random(in: 0...150, using: &random)
            now += length
            let reads = Int.random(in: 0...100, using: &random)
            let loop = Int.random(in: 0..<most, using: &random)
            let sample = LoopSample(
                from: now - length, until: now, busy: .random(in: 0...150_000_000, using: &random), reads: reads,
                lines: .random(in: 0...600, using: &random), active: .random(in: 0...reads, using: &random),
                clients: Set((0..<Int32.random(in: 0...4, using: &random))))
            let move = spread.note(sample, of: loop)
            #expect((1...most).contains(spread.serving))
            guard let move else { continue }
            #expect((0..<spread.serving).contains(move.to) && move.to != loop)
            if case .active(let count) = move.which { #expect(count > 0 && count <= sample.active) }
        }
    }
}
