import Testing

@testable import KeywardClient

@Suite struct PipelineTests {
    private let start = ContinuousClock.now

    private func call(_ id: Int, repeatable: Bool = false, after: Duration = .seconds(5)) -> Pipeline.Call {
        Pipeline.Call(id: id, line: [1, 2, 3, 4], isRepeatable: repeatable, deadline: start + after)
    }

    private func reply(to id: Int?) throws -> ReceivedLine {
        var tape = JSONTape(limits: .reply)
        let line = #"{"jsonrpc":"2.0","id":\#(id.map(String.init) ?? "null"),"result":{}}"#
        return try #require(try ReceivedLine(line: Array(line.utf8), tape: &tape))
    }

    @Test func `A reply belongs to the oldest call`() throws {
        var pipeline = Pipeline()
        pipeline.submit(call(1))
        pipeline.submit(call(2))
        #expect(pipeline.takeWaiting().count == 8)
        #expect(try pipeline.receive(reply(to: 1), at: start)?.id == 1)
        #expect(try pipeline.receive(reply(to: 2), at: start)?.id == 2)
        #expect(pipeline.isIdle)
    }

    @Test func `A reply out of turn is a violation`() throws {
        var pipeline = Pipeline()
        pipeline.submit(call(1))
        pipeline.submit(call(2))
        _ = pipeline.takeWaiting()
        #expect(throws: KeywardError.self) { try pipeline.receive(reply(to: 2), at: start) }
    }

    @Test func `A reply that nobody asked for is a violation`() throws {
        var pipeline = Pipeline()
        #expect(throws: KeywardError.self) { try pipeline.receive(reply(to: 1), at: start) }
    }

    @Test func `Of the changes on a lost connection, those that were not begun are sent again`() {
        var pipeline = Pipeline()
        for id in 1...3 { pipeline.submit(call(id)) }
        _ = pipeline.takeWaiting()
        // The first was sent completely, the second in part.
        let lost = pipeline.lose(handedOver: 6, reason: .connectionLost)
        #expect(lost.map(\.id) == [1, 2])
        #expect(pipeline.takeWaiting().count == 4)
    }

    @Test func `What a daemon that ends did not begin is sent again, and what it may have done is not`() throws {
        func ending(_ id: Int?) throws -> ReceivedLine {
            var tape = JSONTape(limits: .reply)
            let error = #"{"code":-32010,"message":"Keyward is stopping.","data":{"code":"shuttingDown"}}"#
            let line = #"{"jsonrpc":"2.0","id":\#(id.map(String.init) ?? "null"),"error":\#(error)}"#
            return try #require(try ReceivedLine(line: Array(line.utf8), tape: &tape))
        }
        for (isRepeatable, id, isAgain) in [(true, nil, true), (true, 1, true), (false, 1, true), (false, nil, false)] {
            var pipeline = Pipeline()
            pipeline.submit(call(1, repeatable: isRepeatable))
            _ = pipeline.takeWaiting()
            let arrival = try ending(id)
            #expect(throws: KeywardError.connectionLost) { try pipeline.receive(arrival, at: start) }
            let lost = pipeline.lose(handedOver: 4, reason: .connectionLost)
            #expect(lost.isEmpty == isAgain && pipeline.hasWaiting == isAgain)
        }
    }

    @Test func `What is repeated keeps its place before later calls`() throws {
        var pipeline = Pipeline()
        pipeline.submit(call(1, repeatable: true))
        _ = pipeline.takeWaiting()
        pipeline.submit(call(2))
        #expect(pipeline.lose(handedOver: 4, reason: .connectionLost).isEmpty)
        _ = pipeline.takeWaiting()
        #expect(try pipeline.receive(reply(to: 1), at: start)?.id == 1)
    }

    @Test func `A call behind a slow one times out alone`() throws {
        var pipeline = Pipeline()
        pipeline.submit(call(1, after: .seconds(60)))
        pipeline.submit(call(2, after: .seconds(1)))
        _ = pipeline.takeWaiting()
        let (completions, isStuck) = pipeline.expire(at: start + .seconds(2), unreachable: nil)
        #expect(completions.map(\.id) == [2])
        #expect(!isStuck)
        #expect(try pipeline.receive(reply(to: 1), at: start + .seconds(3))?.id == 1)
        #expect(try pipeline.receive(reply(to: 2), at: start + .seconds(3)) == nil)
    }

    @Test func `A late call that is the oldest makes the connection suspect`() {
        var pipeline = Pipeline()
        pipeline.submit(call(1, after: .seconds(1)))
        _ = pipeline.takeWaiting()
        #expect(pipeline.expire(at: start + .seconds(2), unreachable: nil).isStuck)
    }

    @Test func `An abandoned call that becomes the oldest gets a while, then makes the connection suspect`() throws {
        var pipeline = Pipeline()
        pipeline.submit(call(1, after: .seconds(60)))
        pipeline.submit(call(2, after: .seconds(1)))
        _ = pipeline.takeWaiting()
        _ = pipeline.expire(at: start + .seconds(2), unreachable: nil)
        _ = try pipeline.receive(reply(to: 1), at: start + .seconds(3))
        #expect(!pipeline.expire(at: start + .seconds(4), unreachable: nil).isStuck)
        #expect(pipeline.nextDeadline == start + .seconds(8))
        #expect(pipeline.expire(at: start + .seconds(8), unreachable: nil).isStuck)
    }

    @Test func `Many calls through a long life leave nothing behind`() throws {
        var pipeline = Pipeline()
        for id in 0..<1_000 {
            pipeline.submit(call(id))
            _ = pipeline.takeWaiting()
            if id > 100 { #expect(try pipeline.receive(reply(to: id - 101), at: start)?.id == id - 101) }
        }
        for id in 899..<1_000 { #expect(try pipeline.receive(reply(to: id), at: start)?.id == id) }
        #expect(pipeline.isIdle)
    }
}

@Suite struct LineBufferTests {
    private func drip(_ text: String, by size: Int) -> [String] {
        var buffer = LineBuffer()
        var lines: [String] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let piece = rest.prefix(size)
            rest = rest.dropFirst(size)
            buffer.fill { buffer in
                buffer.copyBytes(from: piece)
                return piece.count
            }
            while let line = buffer.nextLine() { lines.append(String(decoding: line, as: UTF8.self)) }
        }
        return lines
    }

    @Test(arguments: [1, 2, 3, 5, 100]) func `Lines come whole, however they arrive`(size: Int) {
        #expect(drip("one\n\ntwo\nthree\nfour", by: size) == ["one", "", "two", "three"])
    }

    @Test func `A line beyond the bound is noticed before it ends`() {
        var buffer = LineBuffer(limit: 8)
        buffer.fill { buffer in
            buffer.copyBytes(from: Array("123456789".utf8))
            return 9
        }
        let (line, isOverfull) = (buffer.nextLine(), buffer.isOverfull)
        #expect(line == nil)
        #expect(isOverfull)
    }
}

@Suite struct BackoffTests {
    /// The same numbers in every run (SplitMix64).
    private struct Seeded: RandomNumberGenerator {
        var state: UInt64 = 7

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    @Test func `Waits double up to two seconds, less at most a half`() {
        var backoff = Backoff()
        var random = Seeded()
        for ceiling in [10, 20, 40, 80, 160, 320, 640, 1_280, 2_000, 2_000, 2_000] {
            let wait = backoff.next(using: &random)
            #expect(wait >= .milliseconds(ceiling) / 2 && wait <= .milliseconds(ceiling))
        }
    }

    @Test func `Clients that lost the daemon together come back apart`() {
        var random = Seeded()
        let waits = (0..<100).map { _ in
            var backoff = Backoff()
            return backoff.next(using: &random)
        }
        #expect(Set(waits).count > 90)
    }

    @Test func `An answer begins anew`() {
        var backoff = Backoff()
        var random = Seeded()
        for _ in 0..<5 { _ = backoff.next(using: &random) }
        backoff.reset()
        #expect(backoff.next(using: &random) <= .milliseconds(10))
    }
}
