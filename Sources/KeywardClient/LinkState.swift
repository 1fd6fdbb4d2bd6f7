/// What the callers of a link and its thread share, under one lock.
struct LinkState: Sendable {
    typealias Instant = ContinuousClock.Instant
    typealias Continuation = CheckedContinuation<Result<[UInt8], KeywardError>, Never>

    /// A call that ended, and whom to tell. Told outside the lock.
    struct Ending: Sendable {
        var continuation: Continuation
        var outcome: Result<[UInt8], KeywardError>
    }

    /// What the thread is to wait for.
    struct Plan {
        var wantsToWrite: Bool
        var until: Instant?
    }

    private var pipeline = Pipeline()
    private var continuations: [Int: Continuation] = [:]
    private var outgoing: [UInt8] = []
    /// How many bytes of this connection the kernel took.
    private var handedOver = 0
    private var descriptor: Int32 = -1
    private var cannotWrite = false
    /// When the thread will look at deadlines; it may be too early, never too late.
    private(set) var alarm: Instant?
    private var unreachable: KeywardError?
    private(set) var isStopping = false

    /// Whether there is something to connect for.
    var hasWaiting: Bool { pipeline.hasWaiting }

    /// Takes a call in and sends it at once if that is possible; tells whether the thread must be woken for it.
    /// `nil`: the link ends, and takes none in.
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

    /// Ends a call that nobody waits for any more.
    mutating func cancel(_ id: Int) -> Ending? {
        pipeline.abandon(id)
        return continuations.removeValue(forKey: id).map { Ending(continuation: $0, outcome: .failure(.cancelled)) }
    }

    /// Gives the connection, or takes it away before its descriptor is closed.
    mutating func attach(_ descriptor: Int32) {
        self.descriptor = descriptor
        (outgoing, handedOver, cannotWrite, unreachable) = ([], 0, false, nil)
    }

    /// The connection is gone.
    mutating func detach(_ reason: KeywardError) -> [Ending] {
        descriptor = -1
        outgoing = []
        return endings(pipeline.lose(handedOver: handedOver, reason: reason))
    }

    /// No connection could be made; what waiting does not mend ends now.
    mutating func noteUnreachable(_ error: KeywardError) -> [Ending] {
        unreachable = error
        guard case .unreachable(let unreachable) = error, unreachable.mayPass else {
            return endings(pipeline.failWaiting(error))
        }
        return []
    }

    /// Sends what can be sent, and tells what to wait for.
    mutating func plan() -> Plan {
        flush()
        return Plan(wantsToWrite: !outgoing.isEmpty && !cannotWrite, until: alarm)
    }

    /// Gives replies to their calls, up to one that belongs to none.
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

    /// Ends the calls whose time is over.
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
            // The thread will read the reason, if there is one, and then the end.
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
    /// Tells the callers.
    func report() {
        for ending in self { ending.continuation.resume(returning: ending.outcome) }
    }
}
