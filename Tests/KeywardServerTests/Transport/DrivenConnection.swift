import ConnectionDriver
import KeywardCore

@testable import KeywardServer

/// A connection that echoes its lines, in the tests' terms.
typealias DrivenConnection = ConnectionDriver<EchoHandler>

extension DrivenConnection {
    convenience init(_ bounds: ConnectionBounds = ConnectionBounds(.verify)) throws {
        try self.init(bounds, EchoService(whenDeferred: { _, _ in }).makeHandler(), .test)
    }

    var text: String { String(decoding: sent, as: UTF8.self) }
    /// Sizes of the batches that the handler received.
    var batches: [Int] { handler.batches }

    func feed(_ text: String) { feed(Array(text.utf8)[...]) }

    /// Feeds everything, piece by piece, whether the connection wants it or not.
    func feedAll(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty { rest = rest.dropFirst(feed(rest)) }
    }

    func complete(_ text: String, call: UInt64? = nil) { complete(Array(text.utf8), call: call) }

    func subscribe() {
        connection.subscribe()
        pump()
    }

    @discardableResult func push(_ text: String) -> Bool {
        defer { pump() }
        return connection.push(PushedLine(own: Array("<".utf8), shared: Array((text + ">\n").utf8)))
    }

    func refuse(_ line: String) {
        connection.refuse(with: Array(line.utf8))
        pump()
    }

    /// Lets the socket accept this many more bytes.
    func accept(_ count: Int) {
        buffer = buffer == .max ? .max : buffer + count
        pump()
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
