internal import Glibc
internal import KeywardBase
internal import Synchronization

/// A client's one connection and the thread that keeps it: it reads the replies, watches the deadlines, and connects
/// again when the daemon was away. Callers write to the socket themselves, so that a call costs no change of thread
/// on its way out.
final class SharedConnection: Sendable {
    private typealias Instant = ContinuousClock.Instant

    let path: String
    private let state = Mutex(LinkState())
    private let lastID = Atomic(0)
    private let wakeup: Wakeup
    /// The process that has the thread. In a forked child there is none, and the connection is the parent's.
    private let process = getpid()

    private init(path: String, wakeup: consuming Wakeup) {
        self.path = path
        self.wakeup = wakeup
    }

    /// Starts a link to the socket at `path`. It connects when the first call is made.
    static func start(path: String) throws(KeywardError) -> SharedConnection {
        do {
            let link = SharedConnection(path: path, wakeup: try Wakeup())
            try NamedThread("keyward-link") { link.run() }.detach()
            return link
        } catch {
            throw .unreachable(Unreachable(path: path, reason: .system(error.number)))
        }
    }

    /// Sends a call and waits for its reply: the result's JSON.
    func exchange<M: Method>(
        _ method: M.Type, _ params: M.Params, deadline: ContinuousClock.Instant
    ) async throws(KeywardError) -> [UInt8] {
        // Before the lock: another thread may have held it when the process was forked.
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
                // A task that was cancelled before it was taken in was not found by the handler below.
                if Task.isCancelled { cancel(id) }
            }
        } onCancel: {
            cancel(id)
        }
        return try outcome.get()
    }

    /// Ends every call with `closed`, and the thread.
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

    /// Waits until there is something to connect for; `false` to end.
    private func awaitWork(notBefore: Instant) -> Bool {
        while true {
            let now = Instant.now
            let (isStopping, hasWaiting) = state.withLock { ($0.isStopping, $0.hasWaiting) }
            if isStopping { return false }
            // Before a call's time is over for want of a connection, one is tried: its error then says why.
            if hasWaiting, notBefore <= now { return true }
            let (endings, alarm) = state.withLock { ($0.expire(at: now).endings, $0.alarm) }
            endings.report()
            let wakeUp = hasWaiting ? min(notBefore, alarm ?? notBefore) : alarm
            wakeup.wait(beside: nil, until: wakeUp)
        }
    }

    /// Keeps one connection until it ends; whether anything was answered on it.
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

    /// Reads and writes until the connection is of no more use; why.
    private func serve(_ descriptor: Int32, _ hasAnswered: inout Bool) -> KeywardError {
        var buffer = LineBuffer()
        var tape = JSONTape(limits: .reply)
        while true {
            // Calls whose time is over are ended before they would be sent.
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

    /// Hands the whole lines that have arrived to their calls; whether there was one.
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
    /// Whether calling it twice is the same as calling it once. A backup changes nothing and yet leaves a file.
    package static var isRepeatable: Bool {
        contract.work != .change && ![BackUp.name, RunSweep.name, AcceptClock.name, Reload.name].contains(name)
    }
}
