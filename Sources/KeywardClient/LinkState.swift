/// The state that a connection's callers and its thread share, under one lock.
struct LinkState: Sendable {
    typealias Instant = ContinuousClock.Instant
    typealias Continuation = CheckedContinuation<Result<[UInt8], KeywardError>, Never>

    /// A call that ended, and its continuation. Resume it outside the lock.
    struct Ending: Sendable {
        var continuation: Continuation
        var outcome: Result<[UInt8], KeywardError>
    }

    /// What the thread waits for.
    struct Plan {
        var wantsToWrite: Bool
        var until: Instant?
    }

    private var pipeline = Pipeline()
    private var continuations: [Int: Continuation] = [:]
    private var outgoing: [UInt8] = []
    /// The number of bytes that the kernel accepted on this connection.
    private var handedOver = 0
    private var descriptor: Int32 = -1
    private var cannotWrite = false
    /// When the thread next checks deadlines; it may be too early, never too late.
    private(set) var alarm: Instant?
    private var unreachable: KeywardError?
    private(set) var isStopping = false

    /// Whether a call needs a connection.
    var hasWaiting: Bool { pipeline.hasWaiting }

    /// Accepts a call and sends it at once if possible. Returns whether the thread must be woken for it; `nil` if the
    /// connection is closing and accepts no more calls.
    mutating func submit(_ call: Pipeline.Call, _ continuation: Continuation) -> Bool? {
        guard !isStopping else { return nil }
        continuations[call.id] = continuation
        pipeline.submit(call)
        let isEarlier = alarm.map { call.deadline < $0 } ?? true
        if isEarlier { alarm = call.deadline }
        guard descriptor >= 0, outgoing.isEmpty else { return true }
        flush()
        return isEarlier || !outgoing.isEmpty
    }

    /// Ends a call whose caller no longer waits.
    mutating func cancel(_ id: Int) -> Ending? {
        pipeline.abandon(id)
        return continuations.removeValue(forKey: id).map { Ending(continuation: $0, outcome: .failure(.cancelled)) }
    }

    /// Sets the connection, or removes it before its descriptor is closed.
    mutating func attach(_ descriptor: Int32) {
        self.descriptor = descriptor
        (outgoing, handedOver, cannotWrite, unreachable) = ([], 0, false, nil)
    }

    /// Handles the loss of the connection.
    mutating func detach(_ reason: KeywardError) -> [Ending] {
        descriptor = -1
        outgoing = []
        return endings(pipeline.lose(handedOver: handedOver, reason: reason))
    }

    /// Handles a failed attempt to connect. Calls end now if waiting cannot help.
    mutating func noteUnreachable(_ error: KeywardError) -> [Ending] {
        unreachable = error
        guard case .unreachable(let unreachable) = error, unreachable.mayPass else {
            return endings(pipeline.failWaiting(error))
        }
        return []
    }

    /// Sends what can be sent, and returns what to wait for.
    mutating func plan() -> Plan {
        flush()
        return Plan(wantsToWrite: !outgoing.isEmpty && !cannotWrite, until: alarm)
    }

    /// Assigns replies to their calls, up to one that belongs to no call.
    mutating func receive(_ arrivals: [ReceivedLine], at now: Instant) -> (endings: [Ending], violation: KeywardError?)
    {
        var completions: [Pipeline.Completion] = []
        var violation: KeywardError?
        for arrival in arrivals {
            do {
                if let completion = try pipeline.receive(arrival, at: now) { completions.append(completion) }
            } catch {
                violation = error
                break
            }
        }
        alarm = alarm ?? pipeline.nextDeadline
        return (endings(completions), violation)
    }

    /// Ends the calls whose deadline has passed.
    mutating func expire(at now: Instant) -> (endings: [Ending], isStuck: Bool) {
        guard let alarm, alarm <= now else { return ([], false) }
        let (completions, isStuck) = pipeline.expire(at: now, unreachable: unreachable)
        self.alarm = pipeline.nextDeadline
        return (endings(completions), isStuck)
    }

    mutating func stop() {
        isStopping = true
    }

    /// Ends everything.
    mutating func finish() -> [Ending] {
        defer { continuations = [:] }
        return continuations.values.map { Ending(continuation: $0, outcome: .failure(.closed)) }
    }

    private mutating func flush() {
        guard descriptor >= 0, !cannotWrite else { return }
        outgoing += pipeline.takeWaiting()
        while !outgoing.isEmpty {
            switch UnixSocket.send(outgoing, to: descriptor) {
            case .moved(let count):
                handedOver += count
                outgoing.removeFirst(count)
            case .wouldBlock: return
            // The thread reads the error reply, if there is one, and then end of file.
            case .ended:
                cannotWrite = true
                return
            }
        }
    }

    private mutating func endings(_ completions: [Pipeline.Completion]) -> [Ending] {
        completions.compactMap { completion in
            continuations.removeValue(forKey: completion.id).map {
                Ending(continuation: $0, outcome: completion.outcome)
            }
        }
    }
}

extension [LinkState.Ending] {
    /// Resumes the callers.
    func report() {
        for ending in self { ending.continuation.resume(returning: ending.outcome) }
    }
}
