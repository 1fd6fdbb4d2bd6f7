@preconcurrency internal import Dispatch
internal import KeywardServer
internal import KeywardSystemd
internal import Synchronization

/// Extends the start timeout during a long start, and reports its progress. The service manager's own limit
/// (TimeoutStartSec=) is for a daemon that makes no progress.
final class StartTime: Sendable {
    private struct State: Sendable {
        var phase = ""
        var keys = 0
        /// How long this phase may run without progress.
        var patience = Duration.zero
        var movedAt = Duration.zero
    }

    /// The extension requested every second.
    private static let request = Duration.seconds(30)
    /// A transaction that migrates all rows reports no progress before its end.
    static let migrationPatience = Duration.seconds(3_600)
    static let loadingPatience = Duration.seconds(60)

    private let state = Mutex(State())
    private let timer: any DispatchSourceTimer

    init() {
        timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "keyward.start", qos: .background))
        timer.schedule(deadline: .now() + .seconds(1), repeating: .seconds(1))
        timer.setEventHandler { [weak self] in self?.extend() }
        timer.activate()
    }

    deinit {
        timer.cancel()
    }

    /// Begins a phase of the start.
    func begin(_ phase: String, patience: Duration) {
        let now = SystemClock.monotonic()
        state.withLock { $0 = State(phase: phase, patience: patience, movedAt: now) }
    }

    /// Records the number of loaded keys.
    func loaded(_ keys: Int) {
        let now = SystemClock.monotonic()
        state.withLock { ($0.keys, $0.movedAt) = (keys, now) }
    }

    private func extend() {
        let now = SystemClock.monotonic()
        let (text, mayGoOn) = state.withLock { state in
            let count = state.keys > 0 ? ": \(StatusLine.grouped(state.keys))" : ""
            return (state.phase + count, now - state.movedAt < state.patience)
        }
        guard mayGoOn else { return }
        Notify.extendTimeout(by: Self.request)
        Notify.status(text)
    }
}
