import ConnectionDriver
import KeywardTesting
import Synchronization
import Testing

@testable import KeywardServer

/// A connection that moves between loops: every reply arrives, once, in order.
struct MovedConnectionTests {
    /// A client, its socket, and the loops that have had the connection. Each pending call belongs to the loop on which
    /// it was deferred: a reply reaches the client only while the connection is there.
    private struct Journey {
        var unread: [UInt8] = []
        var loops: [ConnectionDriver<EchoHandler>]
        let deferred: Deferred
        var waiting: (loop: Int, line: String)?
        var moves = 0

        final class Deferred: Sendable {
            let line = Mutex<String?>(nil)
        }

        init() throws {
            let deferred = Deferred()
            self.deferred = deferred
            var bounds = ConnectionBounds(.verify)
            (bounds.heldInput, bounds.heldOutput) = (200, 300)
            loops = [
                try ConnectionDriver(
                    bounds, EchoHandler(whenDeferred: { line, _ in deferred.line.withLock { $0 = line } }), .test)
            ]
        }

        var current: ConnectionDriver<EchoHandler> { loops[loops.count - 1] }
        var received: String { String(decoding: loops.flatMap(\.sent), as: UTF8.self) }

        mutating func receive(_ most: Int) {
            guard current.reads, !unread.isEmpty else { return }
            unread.removeFirst(current.feed(unread.prefix(most)))
            noteDeferred()
        }

        mutating func reply() {
            guard let (loop, line) = waiting else { return }
            waiting = nil
            loops[loop].complete(Array((line + "\n").utf8))
            noteDeferred()
        }

        mutating func grow(_ buffer: Int) {
            current.buffer = buffer
            current.pump()
            noteDeferred()
        }

        mutating func move() throws {
            guard let next = try ConnectionDriver(moving: current) else { return }
            loops.append(next)
            moves += 1
        }

        private mutating func noteDeferred() {
            guard let line = deferred.line.withLock({ $0.take() }) else { return }
            waiting = (loops.count - 1, line)
        }

        mutating func finish() {
            while !unread.isEmpty || waiting != nil || current.connection.wants.contains(.write) {
                grow(.max)
                receive(.max)
                reply()
            }
        }
    }

    @Test(arguments: 0..<200) func aConnectionThatIsMovedAtAnyTimeGetsEveryReplyInOrder(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var journey = try Journey()
        var expected = ""
        for step in 0..<400 {
            switch Int.random(in: 0..<8, using: &random) {
            case 0:
                let line = (Bool.random(using: &random) ? "later " : "") + "\(step)\n"
                expected += line
                journey.unread += Array(line.utf8)
            case 1, 2: journey.receive(.random(in: 1...40, using: &random))
            case 3, 4: journey.reply()
            case 5, 6: journey.grow(.random(in: 0...40, using: &random))
            default: try journey.move()
            }
        }
        journey.finish()
        #expect(journey.received == expected)
        #expect(journey.moves > 3)
    }

    @Test func nothingIsMovedWhileSomethingIsUnderWay() throws {
        func moved(_ prepare: (ConnectionDriver<EchoHandler>) -> Void) throws -> Bool {
            let driver = try ConnectionDriver(
                ConnectionBounds(.verify), EchoHandler(whenDeferred: { _, _ in }), .test)
            prepare(driver)
            return try ConnectionDriver(moving: driver) != nil
        }
        #expect(try moved { _ in })
        #expect(try moved { $0.feed(Array("a\n".utf8)[...]) })
        #expect(try !moved { $0.feed(Array("a".utf8)[...]) }, "half a line")
        #expect(try !moved { $0.feed(Array("later\n".utf8)[...]) }, "a pending call")
        #expect(
            try !moved { driver in
                driver.buffer = 1
                driver.feed(Array("abc\n".utf8)[...])
            }, "replies to be sent")
        #expect(try !moved { $0.connection.subscribe() })
        #expect(try !moved { $0.end() })
        #expect(try !moved { $0.drain() })
    }

    @Test func timeWithoutARequestGoesOn() throws {
        var limits = SocketLimits.verify
        limits.idleSeconds = 60
        let driver = try ConnectionDriver(
            ConnectionBounds(limits), EchoHandler(whenDeferred: { _, _ in }), .test)
        driver.pass(59_000)
        let moved = try #require(try ConnectionDriver(moving: driver))
        moved.pass(999)
        #expect(!moved.isShutDown)
        moved.pass(1)
        #expect(moved.isShutDown)
    }
}
