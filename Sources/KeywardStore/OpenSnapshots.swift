import Dispatch
import Synchronization

/// Counts the open reading transactions, each of which keeps pages in the write-ahead log. It delays new ones while a
/// checkpoint waits for the open ones.
final class OpenSnapshots: Sendable {
    private struct State: Sendable {
        var open = 0
        /// Whether new ones wait.
        var isPaused = false
        var waiting = 0
    }

    private let state = Mutex(State())
    /// Signalled when the last one closes during a pause.
    private let noneIsOpen = DispatchSemaphore(value: 0)
    /// Signalled at the end of a pause, once for each that waits.
    private let pauseEnded = DispatchSemaphore(value: 0)

    /// The number of open transactions.
    var count: Int { state.withLock { $0.open } }

    /// Runs `body`, which opens and closes one; waits for the end of a pause first. Never call it within another.
    func withOne<Result>(_ body: () throws -> Result) rethrows -> Result {
        while !begin() { pauseEnded.wait() }
        defer { end() }
        return try body()
    }

    private func begin() -> Bool {
        state.withLock { state in
            if state.isPaused { state.waiting += 1 } else { state.open += 1 }
            return !state.isPaused
        }
    }

    private func end() {
        let isLast = state.withLock { state in
            state.open -= 1
            return state.isPaused && state.open == 0
        }
        if isLast { noneIsOpen.signal() }
    }

    /// Runs `body` while none is open: delays new ones and waits at most `patience` for the open ones. If one is still
    /// open then, `body` does not run. One thread at a time.
    func pause(atMost patience: DispatchTimeInterval, _ body: () throws -> Void) rethrows {
        state.withLock { $0.isPaused = true }
        defer {
            let waiting = state.withLock { state in
                defer { (state.isPaused, state.waiting) = (false, 0) }
                return state.waiting
            }
            for _ in 0..<waiting { pauseEnded.signal() }
        }
        let deadline = DispatchTime.now() + patience
        while count > 0 {
            // A signal may remain from a pause that timed out: only the count decides.
            guard noneIsOpen.wait(timeout: deadline) == .success else { return }
        }
        try body()
    }
}
