@preconcurrency import Dispatch
import KeywardCore
import Synchronization

/// Gathers facts on separate threads, which may wait for the name service or the disk.
///
/// One thread is enough while look-ups are answered at once. If one waits for longer than ``patience``, another thread
/// takes the next, up to ``mostWorkers``.
final class FactLookups: Sendable {
    /// The outcome of a request.
    enum Outcome: Sendable {
        case gathered
        case failed(StoreFault)
        /// A fact was not available in time.
        case timedOut
    }

    private static let mostWorkers = 32
    private static let patience = DispatchTimeInterval.milliseconds(10)

    private struct Request: Sendable {
        var facts: DecisionFacts
        var ended: @Sendable (Outcome) -> Void
    }

    private struct State: Sendable {
        var queue = LookupQueue<UInt64>()
        var requests: [UInt64: Request] = [:]
        var lastRequest: UInt64 = 0
        var idle = Array((0..<mostWorkers).reversed())
        /// Whether a check for delayed look-ups is scheduled.
        var isWatched = false
    }

    private let answer: @Sendable (FactQuestion) throws(StoreFault) -> Fact
    /// The clock of deadlines, in milliseconds.
    private let now: @Sendable () -> Int64
    // Work of this class runs at nice 10 on Linux: if cores are busy, the event loops come first.
    private let workers = (0..<mostWorkers).map { DispatchQueue(label: "keyward.lookup-\($0)", qos: .background) }
    private let watch = DispatchQueue(label: "keyward.lookups", qos: .background)
    private let state = Mutex(State())

    init(now: @escaping @Sendable () -> Int64, answer: @escaping @Sendable (FactQuestion) throws(StoreFault) -> Fact) {
        self.now = now
        self.answer = answer
    }

    /// Gathers the facts that `facts` lacks. `ended` is called once, on the caller's thread if none is missing.
    func gather(
        _ questions: Set<FactQuestion>, into facts: DecisionFacts, for user: UInt32, deadline: Int64,
        ended: @escaping @Sendable (Outcome) -> Void
    ) {
        let unknown = facts.unknown(of: questions)
        guard !unknown.isEmpty else { return ended(.gathered) }
        let worker = state.withLock { state in
            state.lastRequest += 1
            state.requests[state.lastRequest] = Request(facts: facts, ended: ended)
            state.queue.ask(unknown, for: state.lastRequest, of: user, deadline: deadline)
            return state.idle.count == Self.mostWorkers ? state.idle.popLast() : nil
        }
        if let worker { run(worker) } else { watchSoon() }
    }

    /// Ends the requests whose deadline has passed.
    func expire() {
        let expired = state.withLock { state in
            state.queue.expire(at: now()).compactMap { state.requests.removeValue(forKey: $0) }
        }
        for request in expired { request.ended(.timedOut) }
    }

    private func run(_ worker: Int) {
        workers[worker].async { [self] in
            while let question = nextQuestion(for: worker) { look(up: question) }
        }
    }

    private func nextQuestion(for worker: Int) -> FactQuestion? {
        state.withLock { state in
            if let question = state.queue.next() { return question }
            state.idle.append(worker)
            return nil
        }
    }

    private func look(up question: FactQuestion) {
        let result: Result<Fact, StoreFault>
        do throws(StoreFault) { result = .success(try answer(question)) } catch { result = .failure(error) }
        let ended: [(Request, Outcome)] = state.withLock { state in
            let (informed, complete) = state.queue.answered(question)
            switch result {
            case .success(let fact):
                for request in informed { state.requests[request]?.facts.learn(question, fact) }
                return complete.compactMap { state.requests.removeValue(forKey: $0).map { ($0, .gathered) } }
            case .failure(let fault):
                for request in informed { _ = state.queue.drop(request) }
                return informed.compactMap { state.requests.removeValue(forKey: $0).map { ($0, .failed(fault)) } }
            }
        }
        for (request, outcome) in ended { request.ended(outcome) }
    }

    /// Schedules a check that starts another worker for delayed look-ups.
    private func watchSoon() {
        let isFirst = state.withLock { state in
            defer { state.isWatched = true }
            return !state.isWatched
        }
        guard isFirst else { return }
        watch.asyncAfter(deadline: .now() + Self.patience) { [self] in
            let (worker, isOver) = state.withLock { state -> (Int?, Bool) in
                state.isWatched = false
                let isDelayed = state.queue.lookForDelay()
                return (isDelayed ? state.idle.popLast() : nil, state.queue.isIdle)
            }
            if let worker { run(worker) }
            if !isOver { watchSoon() }
        }
    }
}
