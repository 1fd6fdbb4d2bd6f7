import Dispatch
import Foundation
import KeywardTesting
import Synchronization
import Testing

/// What is spent over kills at random moments, by eight connections of two event loops.
///
/// There are ten kills, or KEYWARD_KILLS.
struct AllowanceKillTests {
    private static let kills = ProcessInfo.processInfo.environment["KEYWARD_KILLS"].flatMap { Int($0) } ?? 10
    private static let connections = 8
    private static let limit = 1_000

    /// Without terms of its own, the key has the limits of the plan.
    @Test(arguments: [
        #""limits":[{"name":"r","limit":1000,"windowSeconds":2678400}]"#, #""credits":{"remaining":1000}"#,
        #""purpose":"plan""#,
    ])
    func noKillGivesBackWhatWasAnswered(terms: String) throws {
        var random = SeededGenerator(seed: UInt64(getpid()))
        let limits = terms.contains("plan") ? "[{name: r, limit: 1000, windowSeconds: 2678400}]" : "[]"
        let daemon = try TestDaemon(
            configuration: """
                verifyLoops: 2
                allLoopsServe: true
                plans: {standard: {apiAccess: true, limits: \(limits)}, free: {apiAccess: false}}

                """)
        let secret = try daemon.create("crm", terms).secret
        var admitted = 0
        for _ in 1...Self.kills {
            let share = Int.random(in: 1...2 * Self.limit / (3 * Self.kills), using: &random)
            admitted += admit(secret, daemon, killAfter: share)
            try daemon.startAgain()
        }
        admitted += admit(secret, daemon, killAfter: nil)
        // Of each connection, one answer may have been lost at each kill.
        #expect(admitted <= Self.limit)
        #expect(admitted >= Self.limit - Self.kills * Self.connections)
        let reply = try daemon.done("keys.verify", #"{"key":"\#(secret)"}"#)
        #expect(["rateLimited", "creditsExhausted"].contains(reply["code"].string))
        // Another start, without a kill, gives nothing back either.
        try daemon.restart()
        #expect(admit(secret, daemon, killAfter: nil) == 0)
    }

    @Test func aWindowAdmitsExactlyItsLimitOverTwoLoops() throws {
        let daemon = try TestDaemon(configuration: "verifyLoops: 2\nallLoopsServe: true\n")
        let secret = try daemon.create("crm", #""limits":[{"name":"r","limit":1000,"windowSeconds":2678400}]"#).secret
        #expect(admit(secret, daemon, killAfter: nil) == Self.limit)
    }

    /// Verifies from several connections until the key is refused, or the daemon is killed. How often it was admitted.
    private func admit(_ secret: String, _ daemon: TestDaemon, killAfter goal: Int?) -> Int {
        let admitted = Atomic<Int>(0)
        let isTime = DispatchSemaphore(value: 0)
        let group = DispatchGroup()
        let line = #"{"jsonrpc":"2.0","id":1,"method":"keys.verify","params":{"key":"\#(secret)"}}"# + "\n"
        let socket = daemon.process.verifySocket
        for _ in 0..<Self.connections {
            Thread.detachNewThread(in: group) {
                guard let link = try? LineClient(socket) else { return }
                while true {
                    link.send(line)
                    guard let reply = try? link.line(), reply.contains(#""valid":true"#) else { return }
                    if admitted.add(1, ordering: .relaxed).newValue == goal { isTime.signal() }
                }
            }
        }
        if goal != nil {
            isTime.wait()
            daemon.process.kill()
        }
        group.wait()
        return admitted.load(ordering: .relaxed)
    }
}

extension Thread {
    /// Runs `body` on a thread of its own: these tests block more threads than the pool has.
    fileprivate static func detachNewThread(in group: DispatchGroup, _ body: @escaping @Sendable () -> Void) {
        group.enter()
        Thread.detachNewThread {
            body()
            group.leave()
        }
    }
}
