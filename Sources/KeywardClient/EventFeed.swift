internal import Glibc
internal import KeywardBase
internal import Synchronization

/// A subscription's connection and the thread that reads it. The thread stops reading while nobody takes its events.
final class EventFeed: Sendable {
    /// The number of events that may wait for the iterating task. Beyond it the thread stops reading the socket.
    private static let mostWaiting = 256

    private typealias Begin = CheckedContinuation<Result<Subscribe.Result, KeywardError>, Never>
    private typealias Next = CheckedContinuation<Result<Event?, KeywardError>, Never>

    private struct State: Sendable {
        var begun: Result<Subscribe.Result, KeywardError>?
        var begin: Begin?
        var events: [Event] = []
        var next: Next?
        /// Why the feed ended: the inner `nil` means that it was closed by this process.
        var end: KeywardError??
        var isClosing = false
    }

    private let path: String
    private let request: [UInt8]
    private let patience: Duration
    private let wakeup: Wakeup
    private let state = Mutex(State())
    /// The process of the thread. In a forked child no thread would end a wait.
    private let process = getpid()

    private init(path: String, request: [UInt8], patience: Duration, wakeup: consuming Wakeup) {
        self.path = path
        self.request = request
        self.patience = patience
        self.wakeup = wakeup
    }

    static func start(
        path: String, _ params: Subscribe.Params, within patience: Duration
    ) throws(KeywardError) -> EventFeed {
        let request = try RequestLine.bytes(Subscribe.self, id: 1, params: params)
        do {
            let feed = EventFeed(path: path, request: request, patience: patience, wakeup: try Wakeup())
            try NamedThread("keyward-events") { feed.run() }.detach()
            return feed
        } catch {
            throw .unreachable(Unreachable(path: path, reason: .system(error.number)))
        }
    }

    /// Waits for the reply to the subscription.
    func begin() async throws(KeywardError) -> Subscribe.Result {
        guard isInOwnProcess else { throw .forked }
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: Begin) in
                let begun = state.withLock { state in
                    if state.begun == nil { state.begin = continuation }
                    return state.begun
                }
                if let begun { continuation.resume(returning: begun) }
            }
        } onCancel: {
            close()
        }
        return try outcome.get()
    }

    /// Waits for the next event; `nil` once closed.
    func next() async throws(KeywardError) -> Event? {
        guard isInOwnProcess else { throw .forked }
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: Next) in take(continuation) }
        } onCancel: {
            close()
        }
        if case .success(nil) = outcome, Task.isCancelled { throw .cancelled }
        return try outcome.get()
    }

    private func take(_ continuation: Next) {
        let (outcome, mustWake) = state.withLock { state -> (Result<Event?, KeywardError>?, Bool) in
            if !state.events.isEmpty {
                let wasFull = state.events.count >= Self.mostWaiting
                return (.success(state.events.removeFirst()), wasFull)
            }
            if let end = state.end { return (end.map { .failure($0) } ?? .success(nil), false) }
            precondition(state.next == nil, "an event stream is iterated over by one task")
            state.next = continuation
            return (nil, false)
        }
        if mustWake { wakeup.signal() }
        if let outcome { continuation.resume(returning: outcome) }
    }

    private var isInOwnProcess: Bool { getpid() == process }

    func close() {
        guard isInOwnProcess else { return }
        state.withLock { $0.isClosing = true }
        wakeup.signal()
    }

    // MARK: - The thread

    private func run() {
        var end: KeywardError?
        do throws(KeywardError) {
            let socket = try UnixSocket.connecting(to: path, patience: patience)
            try serve(socket.descriptor)
        } catch {
            end = error
        }
        finish(end)
    }

    private func serve(_ descriptor: Int32) throws(KeywardError) {
        let deadline = ContinuousClock.now + patience
        var unsent = request[...]
        var buffer = LineBuffer()
        var tape = JSONTape(limits: .reply)
        var hasBegun = false
        while true {
            let (isClosing, isFull) = state.withLock { ($0.isClosing, $0.events.count >= Self.mostWaiting) }
            if isClosing { return }
            if !hasBegun, ContinuousClock.now >= deadline { throw .timedOut }
            if !unsent.isEmpty, case .moved(let count) = UnixSocket.send(unsent, to: descriptor) {
                unsent.removeFirst(count)
            }
            let events = (isFull ? 0 : POLLIN) | (unsent.isEmpty ? 0 : POLLOUT)
            let isReady = wakeup.wait(
                beside: isFull ? nil : (descriptor, Int16(events)), until: hasBegun ? nil : deadline)
            guard isReady else { continue }
            let transfer = UnixSocket.receive(from: descriptor, into: &buffer)
            hasBegun = try deliver(&buffer, &tape, hasBegun)
            if transfer == .ended { throw .connectionLost }
        }
    }

    /// Delivers the complete lines that have arrived. Returns whether the subscription has begun.
    private func deliver(
        _ buffer: inout LineBuffer, _ tape: inout JSONTape, _ hasBegun: Bool
    ) throws(KeywardError) -> Bool {
        var hasBegun = hasBegun
        while let line = buffer.nextLine() {
            if let event = try EventLine.read(line, tape: &tape) {
                give(event.value)
            } else if let arrival = try ReceivedLine(line: line, tape: &tape) {
                // After the reply to the subscription, the only reply is a final error.
                let outcome = arrival.outcome.mapError { KeywardError.rejected($0) }
                if hasBegun { throw Self.lastWord(outcome) }
                begin(with: try Answer<Subscribe.Result>(outcome.get(), of: Subscribe.name).value)
                hasBegun = true
            }
        }
        if buffer.isOverfull { throw .protocolViolation("its line is longer than any of Keyward's") }
        return hasBegun
    }

    private static func lastWord(_ outcome: Result<[UInt8], KeywardError>) -> KeywardError {
        if case .failure(let error) = outcome {
            error
        } else {
            .protocolViolation("it answered a call that was not made")
        }
    }

    private func begin(with result: Subscribe.Result) {
        let waiting = state.withLock { state in
            state.begun = .success(result)
            defer { state.begin = nil }
            return state.begin
        }
        waiting?.resume(returning: .success(result))
    }

    private func give(_ event: Event) {
        let waiting = state.withLock { state in
            if state.next == nil { state.events.append(event) }
            defer { state.next = nil }
            return state.next
        }
        waiting?.resume(returning: .success(event))
    }

    /// Ends everything that waits.
    private func finish(_ error: KeywardError?) {
        let (begin, next) = state.withLock { state in
            if state.begun == nil { state.begun = .failure(error ?? .cancelled) }
            state.end = .some(error)
            defer { (state.begin, state.next) = (nil, nil) }
            return (state.begin, state.next)
        }
        begin?.resume(returning: .failure(error ?? .cancelled))
        next?.resume(returning: error.map { .failure($0) } ?? .success(nil))
    }
}
