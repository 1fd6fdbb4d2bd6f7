import Dispatch
import Synchronization

/// Counts the reading transactions that are open, each of which keeps pages in the write-ahead log; holds new ones back
/// while a checkpoint waits for those.
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

    /// How many are open now.
    var count: Int { state.withLock { $0.open } }

    /// Runs `body`, which opens and closes one; waits for the end of a pause first. Never within another.
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

    /// Runs `body` while none is open: lets none begin and waits for those that are open, at most `patience`. Without
    /// it if one is still open then. One thread at a time.
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
            // A signal may be left from a pause that gave up: only the count decides.
            guard noneIsOpen.wait(timeout: deadline) == .success else { return }
        }
        try body()
    }
}
