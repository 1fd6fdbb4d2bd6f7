import Dispatch
import Foundation
import KeywardCore
import KeywardStore
import KeywardTesting
import Synchronization
import Testing

/// Usage over kills at random moments under load. The counts of the daemon equal the replies that its clients received,
/// except requests in flight.
///
/// There are fifty kills, or KEYWARD_KILLS.
struct LedgerKillTests {
    /// The requests and replies of one client, by key.
    private struct Counts {
        var sent: Int64 = 0
        var sweepMarks: Int64 = 0
    }

    /// The possible values of a key's count.
    private struct Bounds {
        var secret: String
        var valid: ClosedRange<Int64> = 0...0
        var refused: ClosedRange<Int64> = 0...0
    }

    private static let kills = ProcessInfo.processInfo.environment["KEYWARD_KILLS"].flatMap { Int($0) } ?? 50
    private static let clients = 4
    private static let keysPerClient = 5

    @Test func noKillLosesACountOrCountsTwice() throws {
        var random = SeededGenerator(seed: UInt64(getpid()))
        let daemon = try TestDaemon(configuration: "verifyLoops: 4\nallLoopsServe: true\n")
        var keys: [Int64: Bounds] = [:]
        var made = 0
        for kill in 1...Self.kills {
            while keys.count < Self.clients * Self.keysPerClient {
                made += 1
                let key = try daemon.create("key-\(made)", #""scopes":["a"]"#)
                keys[Int64(made)] = Bounds(secret: key.secret)
            }
            let counts = load(daemon, keys, untilTold: Int.random(in: 1...3_000, using: &random))
            for (number, key) in keys {
                let (valid, refused) = counts[number] ?? (Counts(), Counts())
                keys[number]?.valid = key.valid.lowerBound + valid.sweepMarks...key.valid.upperBound + valid.sent
                keys[number]?.refused =
                    key.refused.lowerBound + refused.sweepMarks...key.refused.upperBound + refused.sent
            }
            // A slot freed by a purge belongs to another key in the next round.
            let purged = keys.keys.shuffled(using: &random).prefix(kill % 3)
            try purge(Array(purged), in: daemon)
            purged.forEach { keys[$0] = nil }
            try daemon.startAgain()
            try compare(daemon, &keys, "kill \(kill)")
        }
    }

    /// Loads the daemon from several connections and kills it after this many replies.
    private func load(
        _ daemon: TestDaemon, _ keys: [Int64: Bounds], untilTold goal: Int
    ) -> [Int64: (valid: Counts, refused: Counts)] {
        let sweepMarks = Atomic<Int>(0)
        let isTime = DispatchSemaphore(value: 0)
        let results = Mutex<[Int64: (valid: Counts, refused: Counts)]>([:])
        let group = DispatchGroup()
        let order = keys.sorted { $0.key < $1.key }
        for client in 0..<Self.clients {
            let own = order[(client * Self.keysPerClient)..<((client + 1) * Self.keysPerClient)]
            let socket = daemon.process.verifySocket
            DispatchQueue.global().async(group: group) {
                var counts: [Int64: (valid: Counts, refused: Counts)] = [:]
                guard let link = try? LineClient(socket) else { return }
                rounds: for round in 0... {
                    let asked = own.map { (number: $0.key, isRefused: (round + Int($0.key)) % 5 == 0, $0.value.secret) }
                    for (number, isRefused, _) in asked {
                        counts[number, default: (Counts(), Counts())].valid.sent += isRefused ? 0 : 1
                        counts[number, default: (Counts(), Counts())].refused.sent += isRefused ? 1 : 0
                    }
                    link.send(asked.map { Self.line($0.2, isRefused: $0.isRefused) }.joined())
                    for (number, isRefused, _) in asked {
                        guard let reply = try? link.line(), reply.contains("\"valid\":\(!isRefused)") else {
                            break rounds
                        }
                        counts[number, default: (Counts(), Counts())].valid.sweepMarks += isRefused ? 0 : 1
                        counts[number, default: (Counts(), Counts())].refused.sweepMarks += isRefused ? 1 : 0
                        if sweepMarks.add(1, ordering: .relaxed).newValue == goal { isTime.signal() }
                    }
                }
                let mine = counts
                results.withLock { $0.merge(mine) { first, _ in first } }
            }
        }
        isTime.wait()
        daemon.process.kill()
        group.wait()
        return results.withLock { $0 }
    }

    private static func line(_ secret: String, isRefused: Bool) -> String {
        let scopes = isRefused ? #","scopes":["b"]"# : ""
        return #"{"jsonrpc":"2.0","id":1,"method":"keys.verify","params":{"key":"\#(secret)"\#(scopes)}}"# + "\n"
    }

    /// Deletes keys, as the retention sweep does after a year.
    private func purge(_ numbers: [Int64], in daemon: TestDaemon) throws {
        var random = SeededGenerator(seed: 1)
        let store = try SQLiteStore(path: daemon.state + "/keyward.db", randomness: &random)
        var changes = Changes(mark: KeywardCore.Instant(milliseconds: 1))
        changes.purged = numbers
        try store.commit(changes)
        try store.close()
    }

    /// Compares the daemon's counts with the bounds, and uses them as the new starting point.
    private func compare(_ daemon: TestDaemon, _ keys: inout [Int64: Bounds], _ when: String) throws {
        for (number, bounds) in keys {
            let key = try daemon.done("keys.get", #"{"key":"key-\#(number)"}"#)["key"]
            let valid = Int64(try #require(key["usageCount"].int))
            let refused = Int64(try #require(key["refusedCount"].int))
            #expect(bounds.valid.contains(valid), "\(when), key \(number): \(valid) of \(bounds.valid)")
            #expect(bounds.refused.contains(refused), "\(when), key \(number): \(refused) of \(bounds.refused)")
            keys[number]?.valid = valid...valid
            keys[number]?.refused = refused...refused
        }
    }
}
