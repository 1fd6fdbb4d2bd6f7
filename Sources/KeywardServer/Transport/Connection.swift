import KeywardBase
package import KeywardCore
import KeywardProtocol

/// One connection, as a state machine without a socket and without a clock.
///
/// Events change it, and ``wants`` says what to do with the socket. Replies have the order of the requests, because a
/// line with a pending reply makes all later lines wait. Notifications go between replies, never into one, and never
/// before the reply to the call that requested them. Every `now` is in milliseconds on a clock that never goes back.
package struct Connection: ~Copyable {
    private enum Phase: Comparable {
        /// Reading and answering.
        case open
        /// Answering the received lines, reading no more.
        case draining
        /// Everything is answered; notifications are still sent.
        case listening
        /// Sending the rest; received bytes are discarded.
        case closing
        /// Everything is sent and the writing side shut down: the client has until ``Connection/lingerUntil`` to close.
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
    /// Whether the client filled the whole buffer of the last read.
    private var isFull = false
    /// Whether the call ``call`` waits for its reply.
    package private(set) var isPending = false
    /// The number of the pending deferred call, or of the next one.
    package private(set) var call: UInt64
    /// Whether a part of the pending reply was added.
    private var isReplyBegun = false
    /// Whether the connection receives notifications.
    private var isSubscribed = false
    /// Notifications behind the pending call that requested them.
    private var heldPushes: [PushedLine]?
    /// The number of bytes of notifications added since the output was last empty.
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

    /// Sets other limits, also for an incomplete line.
    package mutating func adopt(_ bounds: ConnectionBounds) {
        self.bounds = bounds
        framer.limit = bounds.line
    }

    /// The number of received bytes that wait for an answer.
    package var heldInput: Int { input.count }

    /// The current operations on the socket.
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

    /// Whether lines can be answered now: after every event, ``answer(by:from:token:refusals:now:)`` is due then.
    package var canAnswer: Bool {
        phase <= .draining && !isPending && output.hasCapacity(within: bounds)
    }

    /// Whether nothing is pending.
    var isAtRest: Bool { phase == .open && wants == .read && input.isEmpty && !isPending && !isSubscribed }

    // MARK: Input

    /// Lends a buffer for received bytes, a larger one to a client that fills it; `receive` returns how many it filled.
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

    /// The client has shut down its writing side.
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

    /// Takes the buffered lines, to be answered together with those of other connections. Returns their number.
    ///
    /// Then ``answerTaken(by:from:)`` is due before any other event.
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

    /// Answers the lines that were taken. More lines may have arrived with them, so an answer is due afterwards as
    /// usual.
    package mutating func answerTaken(by handler: inout some LineHandler, from peer: PeerCredentials) {
        input.withBytes { handler.answerTaken(from: peer, in: $0, into: &output.bytes) }
        removeAnswered()
    }

    /// Answers the buffered lines, as far as possible now.
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

    /// No complete line is left.
    private mutating func answeredAll(_ refusals: TransportRefusals, now: Int64) {
        if phase == .draining {
            phase = .listening
            if !isSubscribed { endAnswered(refusals) }
        } else if inputEnded || input.isEmpty {
            partialSince = Self.never
            // A subscribed client may have no more requests.
            if inputEnded, !isSubscribed { phase = .closing }
        } else if partialSince == Self.never {
            partialSince = now
        }
    }

    /// Ends a connection without a complete line, after its output is sent.
    private mutating func endAnswered(_ refusals: TransportRefusals) {
        if inputEnded || input.isEmpty { phase = .closing } else { refuse(with: refusals.shuttingDown) }
    }

    /// Adds the reply to the deferred call with this number; any other call was answered or abandoned.
    package mutating func complete(call number: UInt64, with reply: [UInt8], now: Int64) {
        append(reply, toReplyOf: number, now: now)
        guard isPending, number == call else { return }
        (isPending, isReplyBegun) = (false, false)
        call += 1
        let held = heldPushes ?? []
        heldPushes = nil
        for line in held { line.append(to: &output.bytes) }
    }

    /// Adds a part of the reply to the deferred call with this number.
    package mutating func append(_ part: [UInt8], toReplyOf number: UInt64, now: Int64) {
        guard isPending, number == call else { return output.requester.hold(-part.count) }
        activeAt = now
        output.appendCounted(part)
        isReplyBegun = true
        // No other line may go between its parts.
        if isSubscribed, heldPushes == nil { heldPushes = [] }
    }

    // MARK: Notifications

    /// From now on notifications may come: after the reply to the pending call, if there is one. Then the connection
    /// has no idle limit, and stays open after the client has shut down its writing side.
    package mutating func subscribe() {
        isSubscribed = true
        if isPending, heldPushes == nil { heldPushes = [] }
    }

    /// Adds a notification, unless the connection is about to end. False if the client has too many unread ones and is
    /// disconnected.
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

    /// Lends the bytes to send.
    package func withOutput<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
        output.bytes.withUnsafeBytes(body)
    }

    /// The socket accepted `count` of the bytes to send; fewer than all, possibly none, if it is full.
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

    /// Adds a final error line after the existing replies, and ends the connection so that the line arrives.
    package mutating func refuse(with line: [UInt8]) {
        guard phase <= .listening else { return }
        // After a partial reply no line can be recognized.
        if !isReplyBegun { output.append(line) }
        finish()
    }

    /// Answers the received lines, and then ends the connection; with a subscription, it first waits for
    /// ``endPushes(_:)``. Answers are due now.
    package mutating func drain() {
        if phase == .open { phase = .draining }
    }

    /// Whether no further call of the client will run: a drain has begun, and all received lines are answered.
    package var isAnswered: Bool { phase >= .listening }

    /// No more notifications follow: ends a draining connection that waits only for them.
    package mutating func endPushes(_ refusals: TransportRefusals) {
        guard phase >= .draining else { return }
        isSubscribed = false
        if phase == .listening { endAnswered(refusals) }
    }

    /// When ``expire(now:)`` has something to do; `nil` if there is no deadline.
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

    /// Handles expired deadlines; false if the client is disconnected because it did not read.
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
