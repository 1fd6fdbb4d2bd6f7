/// The calls of one client: those that wait for a connection, and those that were sent on it and wait for a reply.
///
/// The daemon answers in the order of the requests, so the next reply belongs to the oldest call in flight. A pure
/// state machine, without I/O or a clock.
struct Pipeline: Sendable {
    typealias Instant = ContinuousClock.Instant

    struct Call: Sendable {
        var id: Int
        var line: [UInt8]
        /// Whether sending it twice has the same effect as sending it once.
        var isRepeatable: Bool
        var deadline: Instant
    }

    /// The end of a call.
    struct Completion: Sendable {
        var id: Int
        var outcome: Result<[UInt8], KeywardError>
    }

    private struct Sent {
        var call: Call
        /// The offset of the call in the bytes of this connection.
        var offset: Int
        /// The daemon reported that it shuts down and has not begun the call.
        var isUnbegun = false
        /// The caller no longer waits. The reply must still be received, in order.
        var isAbandoned = false
    }

    /// A call that was lost with this many connections may be the cause.
    private static let mostAttempts = 3
    /// How long an abandoned call may delay those behind it.
    private static let abandonedPatience = Duration.seconds(5)

    private var waiting: [Call] = []
    private var sent = Queue<Sent>()
    private var attempts: [Int: Int] = [:]
    /// The number of bytes taken for this connection.
    private var offset = 0

    /// Whether no call waits or is in flight.
    var isIdle: Bool { waiting.isEmpty && sent.isEmpty }

    /// Whether a call needs a connection.
    var hasWaiting: Bool { !waiting.isEmpty }

    /// The next instant at which ``expire(at:)`` has something to do.
    var nextDeadline: Instant? {
        var next = waiting.lazy.map(\.deadline).min()
        for entry in sent where !entry.isAbandoned || entry.call.id == sent.first?.call.id {
            next = min(next ?? entry.call.deadline, entry.call.deadline)
        }
        return next
    }

    /// Accepts a call.
    mutating func submit(_ call: Call) {
        waiting.append(call)
    }

    /// Takes the bytes of all waiting calls, which are then in flight.
    mutating func takeWaiting() -> [UInt8] {
        var bytes: [UInt8] = []
        for call in waiting {
            sent.append(Sent(call: call, offset: offset + bytes.count))
            bytes += call.line
        }
        offset += bytes.count
        waiting.removeAll(keepingCapacity: true)
        return bytes
    }

    /// Assigns a reply to the oldest call in flight. Throws `connectionLost` when the daemon reports that it shuts
    /// down; repeatable calls are then sent on the next connection.
    mutating func receive(_ arrival: ReceivedLine, at now: Instant) throws(KeywardError) -> Completion? {
        guard let oldest = sent.first else {
            throw .protocolViolation("it answered a call that was not made")
        }
        if let id = arrival.id, id != oldest.call.id {
            throw .protocolViolation("it answered out of turn")
        }
        if case .failure(let error) = arrival.outcome, error.code == .shuttingDown {
            // An error with an id concerns the call. One without an id concerns the connection, and the call may be
            // half done.
            sent.updateFirst { $0.isUnbegun = arrival.id != nil }
            throw .connectionLost
        }
        sent.removeFirst()
        attempts[oldest.call.id] = nil
        if let next = sent.first, next.isAbandoned {
            sent.updateFirst { $0.call.deadline = now + Self.abandonedPatience }
        }
        guard !oldest.isAbandoned else { return nil }
        return Completion(id: oldest.call.id, outcome: arrival.outcome.mapError { .rejected($0) })
    }

    /// Handles the loss of a connection. The kernel had accepted `handedOver` bytes. Calls that were not begun or are
    /// repeatable wait for the next connection. The others fail with `reason`.
    mutating func lose(handedOver: Int, reason: KeywardError) -> [Completion] {
        var completions: [Completion] = []
        var again: [Call] = []
        for entry in sent where !entry.isAbandoned {
            let isUntouched = entry.offset >= handedOver || entry.isUnbegun
            let attempt = attempts[entry.call.id, default: 0] + (isUntouched ? 0 : 1)
            if isUntouched || entry.call.isRepeatable && attempt < Self.mostAttempts {
                attempts[entry.call.id] = attempt
                again.append(entry.call)
            } else {
                attempts[entry.call.id] = nil
                completions.append(Completion(id: entry.call.id, outcome: .failure(reason)))
            }
        }
        sent = Queue()
        offset = 0
        waiting = again + waiting
        return completions
    }

    /// Ends the calls whose deadline has passed. `isStuck` means that the oldest call in flight is among them: the
    /// daemon is silent, and the connection must not be used any more.
    mutating func expire(at now: Instant, unreachable: KeywardError?) -> (completions: [Completion], isStuck: Bool) {
        let isStuck = sent.first.map { $0.call.deadline <= now } ?? false
        var completions: [Completion] = []
        for call in waiting where call.deadline <= now {
            completions.append(Completion(id: call.id, outcome: .failure(unreachable ?? .timedOut)))
        }
        waiting.removeAll { $0.deadline <= now }
        sent.forEachInPlace { entry in
            guard !entry.isAbandoned, entry.call.deadline <= now else { return }
            entry.isAbandoned = true
            completions.append(Completion(id: entry.call.id, outcome: .failure(.timedOut)))
        }
        for completion in completions { attempts[completion.id] = nil }
        return (completions, isStuck)
    }

    /// Marks a call as abandoned by its caller.
    mutating func abandon(_ id: Int) {
        waiting.removeAll { $0.id == id }
        sent.forEachInPlace { if $0.call.id == id { $0.isAbandoned = true } }
        attempts[id] = nil
    }

    /// Ends every call that still waits for a connection.
    mutating func failWaiting(_ error: KeywardError) -> [Completion] {
        defer { waiting = [] }
        return waiting.map { call in
            attempts[call.id] = nil
            return Completion(id: call.id, outcome: .failure(error))
        }
    }
}

/// First in, first out, in constant time.
private struct Queue<Element: Sendable>: Sequence, Sendable {
    private var elements: [Element] = []
    private var head = 0

    var isEmpty: Bool { head == elements.count }
    var first: Element? { isEmpty ? nil : elements[head] }

    mutating func append(_ element: Element) {
        elements.append(element)
    }

    mutating func removeFirst() {
        head += 1
        guard head == elements.count || head > 64 && head * 2 > elements.count else { return }
        elements.removeFirst(head)
        head = 0
    }

    mutating func updateFirst(_ body: (inout Element) -> Void) {
        body(&elements[head])
    }

    mutating func forEachInPlace(_ body: (inout Element) -> Void) {
        for index in elements.indices.dropFirst(head) { body(&elements[index]) }
    }

    func makeIterator() -> IndexingIterator<ArraySlice<Element>> {
        elements[head...].makeIterator()
    }
}
