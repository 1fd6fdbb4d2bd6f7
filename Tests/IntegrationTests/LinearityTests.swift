import Dispatch
import Foundation
import KeywardTesting
import Synchronization
import Testing

/// The effect of a reply holds for every verification sent after it, on any connection.
///
/// KEYWARD_REVOCATIONS sets the number of revoked keys, 500 by default.
struct LinearityTests {
    private static let revocations =
        ProcessInfo.processInfo.environment["KEYWARD_REVOCATIONS"].flatMap { Int($0) } ?? 500

    @Test func noVerificationSentAfterTheReplyToARevocationSucceeds() throws {
        let changes = try changeWhileVerifying([.revoke], keys: Self.revocations)
        #expect(changes == Self.revocations)
    }

    @Test func disablingAndEnablingHoldFromTheirReplies() throws {
        #expect(try changeWhileVerifying([.disable, .enable, .disable, .revoke], keys: 160) == 4 * 160)
    }

    /// With a grace period of 0 the first use of the new key ends the old one.
    @Test func theFirstUseOfASuccessorEndsItsPredecessorForAllThatIsSentAfter() throws {
        let daemon = try TestDaemon(configuration: "verifyLoops: 4\nallLoopsServe: true\n")
        let services = try (0..<8).map { _ in try LineClient(daemon.process.verifySocket) }
        for round in 0..<100 {
            let old = try daemon.create("key-\(round)").secret
            let rotation = try daemon.done("keys.rotate", #"{"key":"key-\#(round)","graceSeconds":0}"#)
            let new = try #require(rotation["secret"].string)
            services.forEach { $0.send(Verification.line(old)) }
            for service in services { #expect(try Verification.code(service.line()) == "valid") }
            services[round % 8].send(Verification.line(new))
            #expect(try Verification.code(services[round % 8].line()) == "valid")
            services.forEach { $0.send(Verification.line(old)) }
            for service in services { try #require(Verification.code(service.line()) == "superseded") }
        }
    }

    /// Eight connections, on four loops, verify without pause, while sixteen others create keys and change them step by
    /// step. Sixteen, so that their changes share transactions. Returns the number of changes that were verified.
    private func changeWhileVerifying(_ steps: [Step], keys: Int) throws -> Int {
        let daemon = try TestDaemon(configuration: "verifyLoops: 4\nallLoopsServe: true\n")
        let board = Board(runStates: 16, verifiers: 8)
        let (changing, verifying) = (DispatchGroup(), DispatchGroup())
        let (admin, verify) = (daemon.process.adminSocket, daemon.process.verifySocket)
        for runState in 0..<board.runStates {
            run(in: changing, board) {
                defer { board.leave() }
                let client = try LineClient(admin)
                for key in stride(from: runState, to: keys, by: board.runStates) where !board.isOver {
                    try live(through: steps, as: "key-\(key)", client, runState, board)
                }
            }
        }
        for verifier in 0..<board.verifiers {
            run(in: verifying, board) {
                let client = try LineClient(verify)
                while !board.isOver { try verifyAll(client, verifier, board) }
            }
        }
        // A daemon whose log nobody reads would block in the end.
        while board.waitForChanges() { _ = daemon.log }
        changing.wait()
        board.end()
        verifying.wait()
        return board.changes
    }

    /// Runs `body` on its own thread; an error ends everything.
    private func run(in group: DispatchGroup, _ board: Board, _ body: @escaping @Sendable () throws -> Void) {
        DispatchQueue(label: "client").async(group: group) {
            do {
                try body()
            } catch {
                Issue.record(error)
                board.end()
            }
        }
    }

    /// Creates a key and changes it; each change waits until every verifier has seen the one before.
    private func live(
        through steps: [Step], as name: String, _ client: LineClient, _ runState: Int, _ board: Board
    ) throws {
        let created = try client.exchange(Step.line("keys.create", #"{"name":"\#(name)"}"#))
        board.publish(try #require(try JSON(created)["result"]["secret"].string), in: runState)
        for step in steps {
            guard board.waitUntilAllHaveSeen(runState) else { return }
            board.begin(step.code, in: runState)
            let reply = try client.exchange(step.line(ofKey: name))
            board.settle(in: runState)
            try #require(!reply.contains(#""error""#), "\(reply)")
        }
        _ = board.waitUntilAllHaveSeen(runState)
    }

    /// Verifies the keys of lanes whose published state this verifier has not seen, and of those in transition.
    /// Compares each answer with the state published before the request.
    private func verifyAll(_ client: LineClient, _ verifier: Int, _ board: Board) throws {
        let asked = board.state
        let runStates = asked.indices.filter { runState in
            asked[runState].secret != nil
                && (asked[runState].codes.count > 1 || !asked[runState].seenBy.contains(verifier))
        }
        guard !runStates.isEmpty else {
            sched_yield()
            return
        }
        client.send(runStates.map { Verification.line(asked[$0].secret ?? "") }.joined())
        for runState in runStates {
            let code = try Verification.code(client.line())
            let possible = asked[runState].codes.union(board.state[runState].codes)
            try #require(possible.contains(code), "\(code) was answered, where \(possible) held")
            board.note(asked[runState], wasSeenBy: verifier, in: runState)
        }
    }
}

/// A change of a key, and the expected code of later verifications.
private struct Step {
    var method: String
    var more = ""
    var code: String

    static let revoke = Step(method: "keys.revoke", more: #","reason":"other","confirm":true"#, code: "revoked")
    static let disable = Step(method: "keys.disable", code: "disabled")
    static let enable = Step(method: "keys.enable", code: "valid")

    func line(ofKey name: String) -> String { Self.line(method, #"{"key":"\#(name)"\#(more)}"#) }

    static func line(_ method: String, _ params: String) -> String {
        #"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":\#(params)}"#
    }
}

private enum Verification {
    static func line(_ secret: String) -> String { Step.line("keys.verify", #"{"key":"\#(secret)"}"#) + "\n" }

    /// The `code` of a reply.
    static func code(_ reply: String?) throws -> String {
        let text = try #require(reply)
        let rest = try #require(text.split(separator: #""code":""#, maxSplits: 1).last)
        return String(rest.prefix { $0 != "\"" })
    }
}

/// The published state of the key in each lane, and the verifiers that have seen it.
private final class Board: Sendable {
    struct Lane {
        var secret: String?
        /// The number of published states, over all keys of the lane.
        var sweepMarks = 0
        /// The allowed codes of verifications: one, except between a change's request and its reply.
        var codes: Set<String> = []
        /// The code after the change in flight.
        var next = ""
        var seenBy: Set<Int> = []
    }

    private struct Guarded {
        var runStates: [Lane]
        var isOver = false
        var changes = 0
        var lanesLeft: Int
    }

    let verifiers: Int
    private let guarded: Mutex<Guarded>
    private let allHaveSeen: [DispatchSemaphore]
    private let more = DispatchSemaphore(value: 0)

    init(runStates: Int, verifiers: Int) {
        self.verifiers = verifiers
        guarded = Mutex(Guarded(runStates: Array(repeating: Lane(), count: runStates), lanesLeft: runStates))
        allHaveSeen = (0..<runStates).map { _ in DispatchSemaphore(value: 0) }
    }

    var runStates: Int { allHaveSeen.count }
    var state: [Lane] { guarded.withLock { $0.runStates } }
    var isOver: Bool { guarded.withLock { $0.isOver } }
    /// The number of published changes.
    var changes: Int { guarded.withLock { $0.changes } }

    func end() {
        guarded.withLock { $0.isOver = true }
        allHaveSeen.forEach { $0.signal() }
    }

    /// The reply to a key's creation was received.
    func publish(_ secret: String, in runState: Int) {
        guarded.withLock { guarded in
            guarded.runStates[runState] = Lane(
                secret: secret, sweepMarks: guarded.runStates[runState].sweepMarks + 1, codes: ["valid"])
        }
    }

    /// A change that leads to `code` is about to be sent.
    func begin(_ code: String, in runState: Int) {
        guarded.withLock { guarded in
            guarded.runStates[runState].next = code
            guarded.runStates[runState].codes.insert(code)
        }
    }

    /// The reply to that change was received.
    func settle(in runState: Int) {
        let changes = guarded.withLock { guarded in
            guarded.runStates[runState].sweepMarks += 1
            guarded.runStates[runState].codes = [guarded.runStates[runState].next]
            guarded.runStates[runState].seenBy = []
            guarded.changes += 1
            return guarded.changes
        }
        if changes % 250 == 0 { more.signal() }
    }

    /// The lane's last key had its last change.
    func leave() {
        guarded.withLock { $0.lanesLeft -= 1 }
        more.signal()
    }

    /// Waits for more changes; returns false after the last one.
    func waitForChanges() -> Bool {
        more.wait()
        return guarded.withLock { $0.lanesLeft > 0 }
    }

    /// A verifier got a correct answer; it sent its request after `asked` was published.
    func note(_ asked: Lane, wasSeenBy verifier: Int, in runState: Int) {
        let isLast = guarded.withLock { guarded in
            guarded.runStates[runState].sweepMarks == asked.sweepMarks
                && guarded.runStates[runState].seenBy.insert(verifier).inserted
                && guarded.runStates[runState].seenBy.count == verifiers
        }
        if isLast { allHaveSeen[runState].signal() }
    }

    /// Whether every verifier has sent a request after the last change, and got a correct answer.
    func waitUntilAllHaveSeen(_ runState: Int) -> Bool {
        allHaveSeen[runState].wait()
        return !isOver
    }
}
