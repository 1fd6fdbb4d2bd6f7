import ConnectionDriver
import KeywardBase
import KeywardCore
import KeywardProtocol
import KeywardServer

/// Interprets any bytes as events of a connection: input, capacity to send, late replies, time, a drain, an end. The
/// sent bytes are always a prefix of the owed replies, in the order of the requests, and the memory is bounded.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzConnection(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let client = Client()
    var place = 0
    func next() -> Int {
        defer { place += 1 }
        return place < bytes.count ? Int(bytes[place]) : 0
    }
    while place < bytes.count, !client.isClosed {
        let event = next()
        switch event % 16 {
        case 0...7:
            let end = min(bytes.count, place + next() + 1)
            if place < end { client.send(bytes[place..<end]) }
            place = max(place, end)
        case 8, 9: client.accept(next() * 64)
        case 10, 11, 12: client.complete()
        case 13: client.pass(Int64(next()) * 50)
        case 14: client.drain()
        default: client.end()
        }
    }
    client.finish()
    return 0
}

/// The peer of a connection.
private final class Client {
    private let driver: ConnectionDriver<Echo>
    private let bounds: ConnectionBounds
    private var received: [UInt8] = []

    init() {
        var limits = SocketLimits.admin
        limits.lineBytes = 64
        var bounds = ConnectionBounds(limits)
        (bounds.heldInput, bounds.heldOutput, bounds.lingerInput) = (256, 512, 1_024)
        guard let driver = try? ConnectionDriver(bounds, Echo(), .test) else { fatalError("no mailbox") }
        driver.buffer = 0
        self.bounds = bounds
        self.driver = driver
    }

    var isClosed: Bool { driver.isClosed }

    func send(_ bytes: ArraySlice<UInt8>) {
        guard driver.reads else { return }
        received += bytes.prefix(driver.feed(bytes))
        check()
    }

    func accept(_ count: Int) {
        driver.buffer = count
        driver.pump()
        check()
    }

    func complete() {
        guard driver.connection.isPending, let line = driver.handler.deferred else { return }
        driver.complete(Echo.reply(to: line))
        check()
    }

    func pass(_ milliseconds: Int64) {
        driver.pass(milliseconds)
        check()
    }

    func drain() {
        driver.drain()
        check()
    }

    func end() {
        guard driver.reads else { return }
        driver.end()
        check()
    }

    /// The client closes, the last replies arrive, and everything is read: the connection must end.
    func finish() {
        driver.buffer = .max
        for _ in 0..<4 where !isClosed {
            driver.end()
            while driver.connection.isPending { complete() }
            pass(bounds.linger)
        }
        precondition(isClosed, "a connection that does not end")
    }

    /// The bytes sent so far are a prefix of the owed replies, possibly followed by one refusal.
    private func check() {
        precondition(driver.mostHeld <= bounds.heldOutput + LineBatch.capacity * Echo.longest + 64)
        let sent = driver.sent
        let owed = received.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .prefix { $0.count <= bounds.line }.filter { !$0.allSatisfy { " \t\r".utf8.contains($0) } }
            .flatMap { Echo.reply(to: Array($0)) }
        var replies = sent[...]
        for refusal in [TransportRefusals.test.lineTooLong, TransportRefusals.test.shuttingDown] {
            if replies.suffix(refusal.count).elementsEqual(refusal), !owed.starts(with: replies) {
                replies = replies.dropLast(refusal.count)
            }
        }
        let isCut = zip(owed, replies).allSatisfy { $0 == $1 } && replies.count > owed.count
        let refusals = [TransportRefusals.test.lineTooLong, TransportRefusals.test.shuttingDown]
        let isRefused = isCut && refusals.contains { $0.starts(with: replies.dropFirst(owed.count)) }
        precondition(owed.starts(with: replies) || isRefused || endsInRefusal(replies, owed), "replies out of order")
    }

    /// Whether a refusal, truncated by a full socket, follows a prefix of the owed replies.
    private func endsInRefusal(_ replies: ArraySlice<UInt8>, _ owed: [UInt8]) -> Bool {
        let agreed = zip(owed, replies).prefix { $0 == $1 }.count
        return [TransportRefusals.test.lineTooLong, TransportRefusals.test.shuttingDown].contains {
            $0.starts(with: replies.dropFirst(agreed))
        }
    }
}

/// Answers a line with itself in brackets: `d…` later, `s…` not at all, `b…` twenty times.
private struct Echo: LineHandler {
    static let longest = 64 * 20 + 3
    private(set) var deferred: [UInt8]?

    static func reply(to line: [UInt8]) -> [UInt8] {
        switch line[0] {
        case UInt8(ascii: "s"): []
        case UInt8(ascii: "b"): [UInt8(ascii: "<")] + Array(repeatElement(line, count: 20).joined()) + Array(">\n".utf8)
        default: [UInt8(ascii: "<")] + line + Array(">\n".utf8)
        }
    }

    mutating func answer(
        _ lines: borrowing LineBatch, from peer: PeerCredentials, token: ReplyToken, into output: inout ByteBuffer
    ) -> Progress {
        for index in 0..<lines.count {
            let range = lines.range(index)
            let line = lines.withBytes { $0.extracting(range).withUnsafeBytes { Array($0) } }
            if line[0] == UInt8(ascii: "d") {
                deferred = line
                return .deferred(consumed: index + 1)
            }
            Self.reply(to: line).withUnsafeBytes { output.append($0) }
        }
        return .all
    }
}

extension TransportRefusals {
    fileprivate static let test = TransportRefusals(
        lineTooLong: Array("!long\n".utf8), tooManyConnections: Array("!full\n".utf8),
        tooManyConnectionsOfUser: Array("!user\n".utf8), shuttingDown: Array("!down\n".utf8))
}
