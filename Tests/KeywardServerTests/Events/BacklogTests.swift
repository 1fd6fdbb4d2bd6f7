import Dispatch
import KeywardCore
import Testing

@testable import KeywardServer

/// Events that occur faster than they can be sent.
@Suite struct BacklogTests {
    private func event(_ seq: Int64, details: String = "{}") -> DaemonEvent {
        .audit(
            AuditRecord(
                seq: seq, at: Instant(milliseconds: 0), actor: Actor(uid: 0, user: nil), action: "key.created",
                workspace: "default", keyID: "key_1", details: details,
                pepper: Pepper(bytes: [UInt8](repeating: 1, count: 32)).id,
                hash: Digest(words: .zero)))
    }

    private let everything = EventFilter(types: nil, workspace: nil) { _ in true }

    /// A loop that does not read its mailbox: the data in flight is bounded, and the connection is closed once.
    @Test func mailIsBounded() throws {
        let mailbox = try Mailbox()
        let queue = DispatchQueue(label: "test.mail")
        let hub = EventHub(queue: queue)
        _ = try hub.subscribe(everything, at: PushChannel.Address(mailbox: mailbox, tag: 7), of: 1_000)
        let details = #"{"filler":"\#(String(repeating: "x", count: 10_000))"}"#
        for seq in 0..<1_000 { hub.publish(event(Int64(seq), details: details)) }
        queue.sync {}
        var (bytes, cuts) = (0, 0)
        for message in mailbox.take() {
            if case .pushed(_, let line, _) = message { bytes += line.count }
            if case .cutOff(let tag) = message { cuts += tag == 7 ? 1 : 100 }
        }
        #expect(bytes <= PushChannel.capacity && bytes > PushChannel.capacity - 20_000)
        #expect(cuts == 1)
        #expect(hub.cutOffs == 1)
    }

    /// However often a subscriber is disconnected, it is counted and reported once, by its uid.
    @Test func aCutOffIsToldOnce() throws {
        let mailbox = try Mailbox()
        let queue = DispatchQueue(label: "test.told")
        let hub = EventHub(queue: queue)
        let sweepMarks = Events()
        hub.begin(after: 0, as: Actor(uid: 0, user: nil), report: sweepMarks.add)
        _ = try hub.subscribe(everything, at: PushChannel.Address(mailbox: mailbox, tag: 7), of: 1_000)
        hub.publish(event(1))
        queue.sync {}
        var channels: [PushChannel] = []
        for message in mailbox.take() {
            if case .pushed(_, _, let channel) = message { channels.append(channel) }
        }
        for channel in channels + channels { channel.cutOff() }
        queue.sync {}
        #expect(channels.count == 1 && hub.cutOffs == 1)
        #expect(sweepMarks.others == ["subscriberCutOff(user: 1000)"])
    }

    @Test func whatTheLoopHasTakenCountsNoMore() throws {
        let mailbox = try Mailbox()
        let queue = DispatchQueue(label: "test.mail")
        let hub = EventHub(queue: queue)
        _ = try hub.subscribe(everything, at: PushChannel.Address(mailbox: mailbox, tag: 7), of: 1_000)
        let details = #"{"filler":"\#(String(repeating: "x", count: 10_000))"}"#
        var lines = 0
        for seq in 0..<300 {
            hub.publish(event(Int64(seq), details: details))
            queue.sync {}
            for message in mailbox.take() {
                guard case .pushed(_, let line, let channel) = message else { continue }
                channel.arrived(line)
                lines += 1
            }
        }
        #expect(lines == 300)
    }

    /// A blocked queue: events wait up to a limit, then only the subscribers that would miss one are disconnected.
    @Test func whoWouldMissAnEventIsCutOff() throws {
        let queue = DispatchQueue(label: "test.held")
        let hub = EventHub(queue: queue)
        let (early, late) = (try Mailbox(), try Mailbox())
        _ = try hub.subscribe(everything, at: PushChannel.Address(mailbox: early, tag: 1), of: 1_000)
        queue.suspend()
        for seq in 0..<(EventHub.longestBacklog + 5) { hub.publish(event(Int64(seq))) }
        _ = try hub.subscribe(everything, at: PushChannel.Address(mailbox: late, tag: 2), of: 1_000)
        queue.resume()
        queue.sync {}
        hub.publish(event(20_000))
        queue.sync {}
        func hasCut(_ mailbox: Mailbox) -> (cut: Bool, lines: Int) {
            mailbox.take().reduce(into: (false, 0)) { sum, message in
                switch message {
                case .cutOff: sum.0 = true
                case .pushed: sum.1 += 1
                default: break
                }
            }
        }
        #expect(hasCut(early).cut)
        let sweepMarks = hasCut(late)
        #expect(!sweepMarks.cut && sweepMarks.lines == 1)
    }

    @Test func withoutSubscribersNothingIsKept() throws {
        let queue = DispatchQueue(label: "test.none")
        let hub = EventHub(queue: queue)
        queue.suspend()
        for seq in 0..<100_000 { hub.publish(event(Int64(seq))) }
        queue.resume()
        let mailbox = try Mailbox()
        #expect(
            try hub.subscribe(everything, at: PushChannel.Address(mailbox: mailbox, tag: 1), of: 1_000).seq == 99_999)
        queue.sync {}
        #expect(mailbox.take().count == 1)
    }
}
