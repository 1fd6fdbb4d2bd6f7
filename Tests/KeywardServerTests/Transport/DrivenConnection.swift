import KeywardCore
import KeywardProtocol

@testable import KeywardServer

/// A connection and the other half of it: a socket that takes as much as a test says, and a clock that a test sets.
final class DrivenConnection {
    var connection: Connection
    var now: Int64 = 0
    /// How much the socket takes until it is full.
    var room = Int.max
    private(set) var sent: [UInt8] = []
    private(set) var isShutDown = false
    private(set) var isClosed = false
    private(set) var handler = EchoService(whenDeferred: { _, _ in }).makeHandler()
    private let mailbox: Mailbox

    init(_ bounds: ConnectionBounds = ConnectionBounds(.verify)) throws {
        connection = Connection(bounds: bounds, now: 0)
        mailbox = try Mailbox()
    }

    var text: String { String(decoding: sent, as: UTF8.self) }
    var reads: Bool { !isClosed && connection.wants.contains(.read) }
    /// Sizes of the batches that the handler was given.
    var batches: [Int] { handler.batches }

    func feed(_ text: String) { feed(Array(text.utf8)[...]) }

    /// Gives as much as the connection has room for, in one go; returns how much that was.
    @discardableResult func feed(_ bytes: ArraySlice<UInt8>) -> Int {
        var taken = 0
        connection.receive(now: now) { room in
            taken = min(bytes.count, room.count)
            room.copyBytes(from: bytes.prefix(taken))
            return taken
        }
        pump()
        return taken
    }

    /// Gives everything, piece by piece, whether the connection wants it or not.
    func feedAll(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty { rest = rest.dropFirst(feed(rest)) }
    }

    func end() {
        connection.endInput()
        pump()
    }

    func complete(_ text: String, call: UInt64? = nil) {
        connection.complete(call: call ?? connection.call, with: Array(text.utf8), now: now)
        pump()
    }

    func subscribe() {
        connection.subscribe()
        pump()
    }

    @discardableResult func push(_ text: String) -> Bool {
        defer { pump() }
        return connection.push(PushedLine(own: Array("<".utf8), shared: Array((text + ">\n").utf8)))
    }

    func drain() {
        connection.drain()
        pump()
    }

    func refuse(_ line: String) {
        connection.refuse(with: Array(line.utf8))
        pump()
    }

    /// Lets time pass, and the connection notice.
    @discardableResult func pass(_ milliseconds: Int64) -> Bool {
        now += milliseconds
        defer { pump() }
        return connection.expire(now: now)
    }

    /// Lets the socket take so many bytes more.
    func accept(_ count: Int) {
        room = room == .max ? .max : room + count
        pump()
    }

    /// Does what the event loop does after every event.
    func pump() {
        var isHeldUp = true
        while isHeldUp {
            let token = ReplyToken(mailbox: mailbox, tag: 0, call: connection.call)
            connection.answer(
                by: &handler, from: PeerCredentials(uid: 1, gid: 1, pid: 1, groups: []), token: token,
                refusals: .test, now: now)
            isHeldUp = !connection.canAnswer
            send()
            isHeldUp = isHeldUp && connection.canAnswer
        }
        if connection.wants.contains(.shutDown) {
            isShutDown = true
            connection.didShutDown(now: now)
        }
        if connection.wants.contains(.close) { isClosed = true }
    }

    private func send() {
        guard connection.wants.contains(.write) else { return }
        let taken = connection.withOutput { Array($0.prefix(room)) }
        if room != .max { room -= taken.count }
        sent += taken
        connection.sent(taken.count, now: now)
    }
}

/// SplitMix64 (Steele, Lea and Flood, 2014).
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    init(_ seed: Int) { state = UInt64(seed) &* 0xD129_0D3B_3F3A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
