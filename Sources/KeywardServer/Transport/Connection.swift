import KeywardBase
package import KeywardCore
import KeywardProtocol

/// One connection, as a state machine without a socket and without a clock.
///
/// Told of an event, it changes; asked what it ``wants``, it says what to do with the socket. Replies have the order of
/// the requests, for a line whose reply is still to come makes all behind it wait. Lines that answer no request go
/// between replies, never into one, and never before the reply to the call that asked for them. Every `now` is in
/// milliseconds on a clock that never goes back.
package struct Connection: ~Copyable {
    private enum Phase: Comparable {
        /// Reading and answering.
        case open
        /// Answering what has come, reading no more.
        case draining
        /// All is answered; lines that answer no request are still sent.
        case listening
        /// Sending what is left; whatever still comes is thrown away.
        case closing
        /// Everything is sent and the writing side shut down: the client has until ``Connection/lingerUntil`` to go.
        case lingering
        case closed
    }

    private static var never: Int64 { .max }
    private static var smallestRead: Int { 4 << 10 }
    private static var largestRead: Int { 64 << 10 }

    private var bounds: ConnectionBounds
    private var phase = Phase.open
    private var input = ByteBuffer(capacity: Self.smallestRead)
    private var output: ConnectionOutput
    private var framer: LineFramer
    private var inputEnded = false
    /// Whether the client filled all the room that it had last time.
    private var isFull = false
    /// Whether the call ``call`` waits for its reply.
    package private(set) var isPending = false
    /// The number of the deferred call that is pending, or that will be next.
    package private(set) var call: UInt64
    /// Whether a part of the pending reply is there.
    private var isReplyBegun = false
    /// Whether lines are sent here that answer no request.
    private var isSubscribed = false
    /// Such lines, behind the pending call that asked for them.
    private var heldPushes: [PushedLine]?
    /// How many bytes of such lines were given since nothing was left to be sent.
    private var pushed = 0
    private var discarded = 0
    /// When it was opened, last received something or was last answered.
    private(set) var activeAt: Int64
    private var partialSince = Self.never
    private var lingerUntil = Self.never

    /// Starts an open connection. `firstCall` numbers its first deferred call.
    package init(
        bounds: ConnectionBounds, requester: Requester = Requester(), firstCall: UInt64 = 0, now: Int64
    ) {
        output = ConnectionOutput(for: requester, capacity: Self.smallestRead)
        self.bounds = bounds
        framer = LineFramer(limit: bounds.line)
        call = firstCall
        activeAt = now
    }

    /// Puts other bounds in force, also for a line that has begun.
    package mutating func adopt(_ bounds: ConnectionBounds) {
        self.bounds = bounds
        framer.limit = bounds.line
    }

    /// How many received bytes wait to be answered.
    package var heldInput: Int { input.count }

    /// What is to be done with the socket now.
    package var wants: Wants {
        switch phase {
        case .open:
            var wants: Wants = output.isEmpty ? [] : .write
            if !inputEnded, output.hasCapacity(within: bounds), !isPending || input.count < bounds.heldInput {
                wants.insert(.read)
            }
            return wants
        case .draining, .listening: return output.isEmpty ? [] : .write
        case .closing:
            if output.isEmpty { return inputEnded ? .close : .shutDown }
            return inputEnded ? .write : [.read, .write]
        case .lingering: return .read
        case .closed: return .close
        }
    }

    /// Whether lines may be answered now: after every event, ``answer(by:from:token:refusals:now:)`` is due then.
    package var canAnswer: Bool {
        phase <= .draining && !isPending && output.hasCapacity(within: bounds)
    }

    /// Whether nothing is under way.
    var isAtRest: Bool { phase == .open && wants == .read && input.isEmpty && !isPending && !isSubscribed }

    // MARK: Input

    /// Lends room for received bytes, more of it to a client that fills it; `receive` returns how many it filled.
    package mutating func receive(now: Int64, _ receive: (UnsafeMutableRawBufferPointer) -> Int) {
        var (count, capacity) = (0, 0)
        input.fill(atLeast: isFull ? Self.largestRead : Self.smallestRead) { free in
            capacity = min(free.count, Self.largestRead)
            count = receive(UnsafeMutableRawBufferPointer(rebasing: free[..<capacity]))
            return count
        }
        isFull = count == capacity
        guard count > 0 else { return }
        activeAt = now
        if phase >= .closing { discard(count) }
    }

    /// The client will send no more.
    package mutating func endInput() {
        inputEnded = true
        if phase == .lingering { phase = .closed }
    }

    private mutating func discard(_ count: Int) {
        input.truncate(to: 0)
        discarded += count
        if discarded > bounds.lingerInput { phase = .closed }
    }

    // MARK: Answers

    /// Has the lines taken that are there, to be answered together with those of other connections; how many were.
    ///
    /// Then ``answerTaken(by:)`` is due before the connection is told of anything else.
    package mutating func take(by handler: inout some LineHandler, from peer: PeerCredentials) -> Int {
        guard canAnswer else { return 0 }
        var ahead = framer
        let count = input.withUnsafeBytes { bytes in
            var lines = LineBatch(of: bytes)
            _ = lines.collect(with: &ahead, atEnd: inputEnded)
            return lines.count > 0 && handler.take(lines, from: peer) ? lines.count : 0
        }
        if count > 0 { framer = ahead }
        return count
    }

    /// Has the lines answered that were taken. Others may have come with them, so an answer is due then as always.
    package mutating func answerTaken(by handler: inout some LineHandler) {
        input.withBytes { handler.answerTaken(in: $0, into: &output.bytes) }
        removeAnswered()
    }

    /// Has the lines answered that are there, as far as that can be done now.
    package mutating func answer(
        by handler: inout some LineHandler, from peer: PeerCredentials, token: ReplyToken, refusals: TransportRefusals,
        now: Int64
    ) {
        var token = token
        token.requester = output.requester
        while canAnswer {
            let step = Self.answerBatch(
                in: input, framer: &framer, atEnd: inputEnded, into: &output.bytes, by: &handler, from: peer,
                token: token)
            removeAnswered()
            switch step {
            case .more: continue
            case .deferred: isPending = true
            case .tooLong: return refuse(with: refusals.lineTooLong)
            case .none: return answeredAll(refusals, now: now)
            }
        }
        partialSince = Self.never
    }

    private mutating func removeAnswered() {
        guard framer.position > 0 else { return }
        input.removeFirst(framer.position)
        framer.removedFirst(framer.position)
        partialSince = Self.never
    }

    private enum Step { case more, deferred, tooLong, none }

    private static func answerBatch(
        in input: borrowing ByteBuffer, framer: inout LineFramer, atEnd: Bool, into output: inout ByteBuffer,
        by handler: inout some LineHandler, from peer: PeerCredentials, token: ReplyToken
    ) -> Step {
        input.withUnsafeBytes { bytes in
            var lines = LineBatch(of: bytes)
            let frame = lines.collect(with: &framer, atEnd: atEnd)
            if lines.count == 0 { return frame == .tooLong ? .tooLong : .none }
            switch handler.answer(lines, from: peer, token: token, into: &output) {
            case .all: return .more
            case .deferred(let consumed):
                precondition((1...lines.count).contains(consumed))
                if consumed < lines.count { framer.rewind(to: lines.range(consumed).lowerBound) }
                return .deferred
            }
        }
    }

    /// No whole line is left.
    private mutating func answeredAll(_ refusals: TransportRefusals, now: Int64) {
        if phase == .draining {
            phase = .listening
            if !isSubscribed { endAnswered(refusals) }
        } else if inputEnded || input.isEmpty {
            partialSince = Self.never
            // A client that only listens may have nothing more to say.
            if inputEnded, !isSubscribed { phase = .closing }
        } else if partialSince == Self.never {
            partialSince = now
        }
    }

    /// Ends a connection that has no whole line left, once what it has to send is sent.
    private mutating func endAnswered(_ refusals: TransportRefusals) {
        if inputEnded || input.isEmpty { phase = .closing } else { refuse(with: refusals.shuttingDown) }
    }

    /// Takes the reply to the deferred call of that number; any other has been answered or given up.
    package mutating func complete(call number: UInt64, with reply: [UInt8], now: Int64) {
        append(reply, toReplyOf: number, now: now)
        guard isPending, number == call else { return }
        (isPending, isReplyBegun) = (false, false)
        call += 1
        let held = heldPushes ?? []
        heldPushes = nil
        for line in held { line.append(to: &output.bytes) }
    }

    /// Takes a part of the reply to the deferred call of that number.
    package mutating func append(_ part: [UInt8], toReplyOf number: UInt64, now: Int64) {
        guard isPending, number == call else { return output.requester.hold(-part.count) }
        activeAt = now
        output.appendCounted(part)
        isReplyBegun = true
        // No other line goes between its parts.
        if isSubscribed, heldPushes == nil { heldPushes = [] }
    }

    // MARK: Lines that answer no request

    /// From now on lines may come that answer no request: behind the reply to the call that is pending, if one is. The
    /// connection is never idle then, and stays when the client has shut its writing side down.
    package mutating func subscribe() {
        isSubscribed = true
        if isPending, heldPushes == nil { heldPushes = [] }
    }

    /// Sends a line that answers no request, unless the connection is about to end. A client that has too many of them
    /// still to read is cut off: then the answer is false.
    @discardableResult
    package mutating func push(_ line: PushedLine) -> Bool {
        guard phase <= .listening else { return true }
        pushed += line.count
        if heldPushes != nil { heldPushes?.append(line) } else { line.append(to: &output.bytes) }
        let unread = heldPushes == nil ? min(pushed, output.count) : pushed
        guard output.isTooMuch(unread, within: bounds) else { return true }
        phase = .closed
        return false
    }

    // MARK: Output

    /// Lends the bytes that are to be sent.
    package func withOutput<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
        output.bytes.withUnsafeBytes(body)
    }

    /// The socket took `count` of the bytes that are to be sent; fewer than all, none perhaps, if it is full.
    package mutating func sent(_ count: Int, now: Int64) {
        output.sent(count, now: now)
        if output.isEmpty { pushed = 0 }
    }

    /// The writing side is shut down.
    package mutating func didShutDown(now: Int64) {
        guard phase == .closing else { return }
        phase = .lingering
        lingerUntil = now + bounds.linger
    }

    // MARK: The end

    /// Says one last line, behind the replies that are there, and ends the connection so that it arrives.
    package mutating func refuse(with line: [UInt8]) {
        guard phase <= .listening else { return }
        // Behind half a reply no line can be told from it.
        if !isReplyBegun { output.append(line) }
        finish()
    }

    /// Answers what has come, and then ends the connection; with a subscription, it waits for
    /// ``endPushes(_:)`` first. Answers are due now.
    package mutating func drain() {
        if phase == .open { phase = .draining }
    }

    /// Whether no call of the client will be run any more: a drain has begun, and all that had come is answered.
    package var isAnswered: Bool { phase >= .listening }

    /// No more lines are pushed: ends a draining connection that waits for nothing else.
    package mutating func endPushes(_ refusals: TransportRefusals) {
        guard phase >= .draining else { return }
        isSubscribed = false
        if phase == .listening { endAnswered(refusals) }
    }

    /// When ``expire(now:)`` has something to do; `nil` if time changes nothing.
    package var deadline: Int64? {
        let stalled = output.stalledSince == Self.never ? Self.never : output.stalledSince + bounds.stalledWrite
        switch phase {
        case .open:
            let partial = partialSince == Self.never ? Self.never : partialSince + bounds.partialLine
            let earliest = min(stalled, partial, idleDeadline)
            return earliest == Self.never ? nil : earliest
        case .draining, .listening, .closing: return stalled == Self.never ? nil : stalled
        case .lingering: return lingerUntil
        case .closed: return nil
        }
    }

    /// Acts on what has lasted too long; false if the client is cut off because it did not read.
    @discardableResult
    package mutating func expire(now: Int64) -> Bool {
        guard let deadline, now >= deadline else { return true }
        let isStalled = output.stalledSince != Self.never && now >= output.stalledSince + bounds.stalledWrite
        if isStalled || phase == .lingering { phase = .closed } else { finish() }
        return !isStalled
    }

    private var idleDeadline: Int64 {
        guard let idle = bounds.idle, !isPending, !isSubscribed, output.isEmpty else { return Self.never }
        return activeAt + idle
    }

    private mutating func finish() {
        phase = .closing
        isPending = false
        call += 1
        input.truncate(to: 0)
        heldPushes = nil
    }
}
