import NIOCore
import Testing

@testable import KeywardGateway

struct VerifyCallsTests {
    private typealias Calls = VerifyCalls<String>
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)
    private var deadline: NIODeadline { start + .milliseconds(500) }

    private func calls(sending waiters: String...) -> Calls {
        var calls = Calls(patience: .seconds(5))
        for waiter in waiters { calls.send(calls.nextID(), waiter, deadline: deadline) }
        return calls
    }

    private func answer(_ received: Calls.Received) -> String {
        switch received {
        case .answer(let waiter): waiter
        case .late: "late"
        case .violation: "violation"
        }
    }

    @Test func aReplyBelongsToTheOldestCall() {
        var calls = calls(sending: "a", "b")
        #expect(answer(calls.receive(1)) == "a")
        #expect(answer(calls.receive(2)) == "b")
        #expect(calls.isIdle)
    }

    @Test func aReplyWithAnotherNumberIsAViolation() {
        var calls = calls(sending: "a", "b")
        #expect(answer(calls.receive(2)) == "violation")
        #expect(answer(calls.receive(0)) == "violation")
        var none = Calls(patience: .seconds(5))
        #expect(answer(none.receive(1)) == "violation")
    }

    @Test func aCallThatTimedOutKeepsItsPlace() {
        var calls = calls(sending: "a")
        calls.send(calls.nextID(), "b", deadline: deadline + .seconds(1))
        let expired = calls.expire(at: deadline)
        #expect(expired.waiters == ["a"] && !expired.isMute)
        // The reply that comes late is nobody's; the next one is still b's.
        #expect(answer(calls.receive(1)) == "late")
        #expect(answer(calls.receive(2)) == "b")
    }

    @Test func aLateReplyIsNeverGivenToAnother() {
        var calls = calls(sending: "a", "b")
        _ = calls.expire(at: deadline)
        calls.send(calls.nextID(), "c", deadline: deadline + .seconds(1))
        #expect([1, 2, 3].map { answer(calls.receive($0)) } == ["late", "late", "c"])
    }

    @Test func aLostConnectionFailsWhatWasSentAndKeepsWhatWaits() {
        var calls = calls(sending: "a", "b")
        calls.wait(calls.nextID(), "c", line: ByteBuffer(string: "3\n"), deadline: deadline)
        #expect(calls.lose() == ["a", "b"])
        #expect(calls.takeWaiting().map { String(buffer: $0) } == ["3\n"])
        #expect(answer(calls.receive(3)) == "c")
    }

    @Test func whatWasNotSentFailsWithoutAConnection() {
        var calls = Calls(patience: .seconds(5))
        calls.wait(calls.nextID(), "a", line: ByteBuffer(), deadline: deadline)
        #expect(calls.failWaiting() == ["a"])
        #expect(calls.isIdle && calls.takeWaiting().isEmpty)
    }

    @Test func whatWaitsForAConnectionTimesOutToo() {
        var calls = Calls(patience: .seconds(5))
        calls.wait(calls.nextID(), "a", line: ByteBuffer(), deadline: deadline)
        #expect(calls.nextDeadline == deadline)
        #expect(calls.expire(at: deadline).waiters == ["a"])
        #expect(calls.nextDeadline == nil)
    }

    @Test func aDaemonThatStaysSilentIsMute() {
        var calls = calls(sending: "a")
        #expect(calls.nextDeadline == deadline)
        _ = calls.expire(at: deadline)
        #expect(calls.nextDeadline == deadline + .seconds(5))
        #expect(!calls.expire(at: deadline + .seconds(4)).isMute)
        #expect(calls.expire(at: deadline + .seconds(5)).isMute)
    }

    /// Any order of events: each waiter has one outcome, and no reply reaches another's.
    @Test func everyWaiterGetsOneOutcomeAndItsOwnReply() {
        var random = SeededNumbers(state: 11)
        for _ in 0..<200 {
            var calls = Calls(patience: .seconds(5))
            var now = start
            var outcomes: [String: [String]] = [:]
            var onTheWire: [Int] = []
            for _ in 0..<60 {
                switch random.next() % 6 {
                case 0, 1:
                    let id = calls.nextID()
                    outcomes["\(id)"] = []
                    calls.send(id, "\(id)", deadline: now + .milliseconds(500))
                    onTheWire.append(id)
                case 2, 3:
                    guard !onTheWire.isEmpty else { continue }
                    let id = onTheWire.removeFirst()
                    switch calls.receive(id) {
                    case .answer(let waiter): outcomes[waiter, default: []].append("reply \(id)")
                    case .late: break
                    case .violation: Issue.record("a reply in its order is refused")
                    }
                case 4:
                    now = now + .milliseconds(Int64(random.next() % 400))
                    for waiter in calls.expire(at: now).waiters { outcomes[waiter, default: []].append("late") }
                default:
                    guard random.next() % 8 == 0 else { continue }
                    for waiter in calls.lose() { outcomes[waiter, default: []].append("lost") }
                    onTheWire = []
                }
            }
            for waiter in calls.lose() { outcomes[waiter, default: []].append("lost") }
            for (waiter, found) in outcomes {
                #expect(found.count == 1, "\(waiter): \(found)")
                #expect(!found[0].hasPrefix("reply") || found[0] == "reply \(waiter)")
            }
        }
    }
}
