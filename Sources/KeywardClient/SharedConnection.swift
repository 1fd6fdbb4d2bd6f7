internal import Glibc
internal import KeywardBase
internal import Synchronization

/// A client's single connection and the thread that maintains it. The thread reads replies, checks deadlines, and
/// reconnects after a restart of the daemon. Callers write to the socket themselves, which saves a thread switch.
final class SharedConnection: Sendable {
    private typealias Instant = ContinuousClock.Instant

    let path: String
    private let state = Mutex(LinkState())
    private let lastID = Atomic(0)
    private let wakeup: Wakeup
    /// The process of the thread. A forked child has no such thread, and the connection belongs to the parent.
    private let process = getpid()

    private init(path: String, wakeup: consuming Wakeup) {
        self.path = path
        self.wakeup = wakeup
    }

    /// Creates a connection object for the socket at `path`. It connects on the first call.
    static func start(path: String) throws(KeywardError) -> SharedConnection {
        do {
            let link = SharedConnection(path: path, wakeup: try Wakeup())
            try NamedThread("keyward-link") { link.run() }.detach()
            return link
        } catch {
            throw .unreachable(Unreachable(path: path, reason: .system(error.number)))
        }
    }

    /// Sends a call and waits for the result's JSON.
    func exchange<M: Method>(
        _ method: M.Type, _ params: M.Params, deadline: ContinuousClock.Instant
    ) async throws(KeywardError) -> [UInt8] {
        // Check before taking the lock: another thread may have held it during the fork.
        guard isInOwnProcess else { throw .forked }
        if Task.isCancelled { throw .cancelled }
        let id = lastID.add(1, ordering: .relaxed).newValue
        let line = try RequestLine.bytes(method, id: id, params: params)
        let call = Pipeline.Call(id: id, line: line, isRepeatable: M.isRepeatable, deadline: deadline)
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard let mustWake = state.withLock({ $0.submit(call, continuation) }) else {
                    return continuation.resume(returning: .failure(.closed))
                }
                if mustWake { wakeup.signal() }
                // The cancellation handler below does not find a call whose task was cancelled before the call was
                // accepted.
                if Task.isCancelled { cancel(id) }
            }
        } onCancel: {
            cancel(id)
        }
        return try outcome.get()
    }

    /// Ends every call with `closed`, and stops the thread.
    func stop() {
        guard isInOwnProcess else { return }
        state.withLock { $0.stop() }
        wakeup.signal()
    }

    private var isInOwnProcess: Bool { getpid() == process }

    private func cancel(_ id: Int) {
        guard isInOwnProcess else { return }
        state.withLock { $0.cancel(id) }.map { [$0].report() }
    }

    // MARK: - The thread

    private func run() {
        var backoff = Backoff()
        var random = SystemRandomNumberGenerator()
        var notBefore = Instant.now
        while awaitWork(notBefore: notBefore) {
            if connectAndServe() {
                backoff.reset()
                notBefore = .now
            } else {
                notBefore = .now + backoff.next(using: &random)
            }
        }
        state.withLock { $0.finish() }.report()
    }

    /// Waits until a call needs a connection; returns `false` when the thread must end.
    private func awaitWork(notBefore: Instant) -> Bool {
        while true {
            let now = Instant.now
            let (isStopping, hasWaiting) = state.withLock { ($0.isStopping, $0.hasWaiting) }
            if isStopping { return false }
            // Try to connect before a call's deadline passes for lack of a connection: the error then gives the reason.
            if hasWaiting, notBefore <= now { return true }
            let (endings, alarm) = state.withLock { ($0.expire(at: now).endings, $0.alarm) }
            endings.report()
            let wakeUp = hasWaiting ? min(notBefore, alarm ?? notBefore) : alarm
            wakeup.wait(beside: nil, until: wakeUp)
        }
    }

    /// Maintains one connection until it ends. Returns whether any reply was received.
    private func connectAndServe() -> Bool {
        do {
            let socket = try UnixSocket.connecting(to: path, patience: .milliseconds(250))
            state.withLock { $0.attach(socket.descriptor) }
            var hasAnswered = false
            let reason = serve(socket.descriptor, &hasAnswered)
            state.withLock { $0.detach(reason) }.report()
            return hasAnswered
        } catch {
            state.withLock { $0.noteUnreachable(error) }.report()
            return false
        }
    }

    /// Reads and writes until the connection becomes unusable. Returns the reason.
    private func serve(_ descriptor: Int32, _ hasAnswered: inout Bool) -> KeywardError {
        var buffer = LineBuffer()
        var tape = JSONTape(limits: .reply)
        while true {
            // Ends calls whose deadline has passed before they are sent.
            let (ended, isStuck) = state.withLock { $0.expire(at: .now) }
            ended.report()
            if isStuck { return .connectionLost }
            let (plan, isStopping) = state.withLock { ($0.plan(), $0.isStopping) }
            if isStopping { return .closed }
            let events = POLLIN | (plan.wantsToWrite ? POLLOUT : 0)
            let isReady = wakeup.wait(beside: (descriptor, Int16(events)), until: plan.until)
            if isReady, UnixSocket.receive(from: descriptor, into: &buffer) == .ended { return .connectionLost }
            do throws(KeywardError) {
                if try deliver(&buffer, &tape) { hasAnswered = true }
            } catch {
                return error
            }
        }
    }

    /// Delivers the complete lines that have arrived. Returns whether there was one.
    private func deliver(_ buffer: inout LineBuffer, _ tape: inout JSONTape) throws(KeywardError) -> Bool {
        var arrivals: [ReceivedLine] = []
        var violation: KeywardError?
        while violation == nil, let line = buffer.nextLine() {
            do {
                if let arrival = try ReceivedLine(line: line, tape: &tape) { arrivals.append(arrival) }
            } catch {
                violation = error
            }
        }
        if buffer.isOverfull { violation = .protocolViolation("its reply is longer than any of Keyward's") }
        let (endings, misfit) = state.withLock { $0.receive(arrivals, at: .now) }
        endings.report()
        if let violation = misfit ?? violation { throw violation }
        return !arrivals.isEmpty
    }
}

extension Method {
    /// Whether calling it twice has the same effect as calling it once. A backup changes nothing, but creates a file. Keys
    /// are imported once.
    package static var isRepeatable: Bool {
        if name == ImportKeys.name { return true }
        return contract.work != .change && ![BackUp.name, RunSweep.name, AcceptClock.name, Reload.name].contains(name)
    }
}
