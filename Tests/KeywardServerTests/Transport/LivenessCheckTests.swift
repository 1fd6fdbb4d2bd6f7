import Glibc
import Synchronization
import Testing

@testable import KeywardServer

/// Which parts are asked for a sign of life, and which have not answered.
struct RollCallTests {
    @Test func aPartThatDoesNotAnswerIsNamedUntilItDoesAndIsNotAskedTwice() {
        let held = Mutex<[@Sendable () -> Void]>([])
        let livenessCheck = LivenessCheck([
            LivenessCheck.Part("quick") { $0() },
            LivenessCheck.Part("slow") { answer in held.withLock { $0.append(answer) } },
        ])
        #expect(livenessCheck.call() == [])
        #expect(livenessCheck.call() == ["slow"])
        #expect(livenessCheck.call() == ["slow"])
        #expect(held.withLock { $0.count } == 1)
        held.withLock { $0.removeFirst() }()
        // It has answered the last call; now it owes the answer to this one.
        #expect(livenessCheck.call() == [])
        #expect(livenessCheck.call() == ["slow"])
    }

    @Test func everyThreadOfAServerAnswersByItself() throws {
        let server = try EchoServer(loops: 2)
        let parts = server.server.parts
        #expect(parts.map(\.name) == ["echo-0", "echo-1", "echo-accept"])
        let livenessCheck = LivenessCheck(parts)
        for _ in 0..<100 {
            #expect(Self.hasAnswered(livenessCheck))
        }
    }

    @Test func aLoopThatIsHeldUpDoesNotAnswerAndTheOthersDo() throws {
        let gate = HoldUp()
        let server = try EchoServer(loops: 2, service: EchoService(whenDeferred: { _, _ in gate.wait() }))
        let client = try SocketClient(server.path)
        client.write("a\nlater\n")
        gate.waitUntilReached()
        let livenessCheck = LivenessCheck(server.server.parts)
        _ = livenessCheck.call()
        // Those that answered are asked again each time, so only the blocked one stays silent.
        var silent = livenessCheck.call()
        while silent.count != 1 || silent[0] == "echo-accept" {
            sched_yield()
            silent = livenessCheck.call()
        }
        #expect(silent.count == 1 && silent[0].hasPrefix("echo-") && silent[0] != "echo-accept", "\(silent)")
        gate.open()
        #expect(Self.hasAnswered(livenessCheck))
    }

    /// Asks until everyone has answered.
    private static func hasAnswered(_ livenessCheck: LivenessCheck) -> Bool {
        for _ in 0..<10_000_000 {
            if livenessCheck.call().isEmpty { return true }
            sched_yield()
        }
        return false
    }
}

/// Blocks a thread until a test releases it.
private final class HoldUp: Sendable {
    private let isReached = Atomic(false)
    private let isOpen = Atomic(false)

    func wait() {
        isReached.store(true, ordering: .releasing)
        while !isOpen.load(ordering: .acquiring) { sched_yield() }
    }

    func waitUntilReached() {
        while !isReached.load(ordering: .acquiring) { sched_yield() }
    }

    func open() { isOpen.store(true, ordering: .releasing) }
}
