import Dispatch
import KeywardCore
import Synchronization

/// Counts the running reads, so that the store is not closed while one uses it.
final class ReadGate: Sendable {
    private struct State: Sendable {
        var running = 0
        var isClosed = false
    }

    private let state = Mutex(State())
    private let idle = DispatchSemaphore(value: 0)

    /// Whether reads must end early, and no new one may begin.
    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Begins a read; false once the gate is closed. After true, ``leave()`` must follow.
    func enter() -> Bool {
        state.withLock { state in
            guard !state.isClosed else { return false }
            state.running += 1
            return true
        }
    }

    func leave() {
        let isLast = state.withLock { state in
            state.running -= 1
            return state.isClosed && state.running == 0
        }
        if isLast { idle.signal() }
    }

    /// Answers a question; one for the store only while the gate is open.
    func look(up question: FactQuestion, in source: FactSource) throws(StoreFault) -> Fact {
        guard case .usage = question else { return try source.answer(question) }
        guard enter() else { throw .failed("the daemon ends") }
        defer { leave() }
        return try source.answer(question)
    }

    /// Admits no more reads and waits until the running ones have ended. `progress` is called every second meanwhile.
    /// To be called once.
    func close(progress: () -> Void) {
        let isIdle = state.withLock { state in
            state.isClosed = true
            return state.running == 0
        }
        guard !isIdle else { return }
        while idle.wait(timeout: .now() + .seconds(1)) == .timedOut { progress() }
    }
}
