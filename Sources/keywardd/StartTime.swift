@preconcurrency internal import Dispatch
internal import KeywardServer
internal import KeywardSystemd
internal import Synchronization

/// Asks the service manager for more time while a long start goes on, and tells how far it is: the manager's own
/// limit (TimeoutStartSec=) is for a daemon that stands still.
final class StartTime: Sendable {
    private struct State: Sendable {
        var phase = ""
        var keys = 0
        /// How long this phase may go on without a sign of progress.
        var patience = Duration.zero
        var movedAt = Duration.zero
    }

    /// How much time is asked for, every second.
    private static let request = Duration.seconds(30)
    /// A transaction that moves all rows to a new schema gives no sign before its end.
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

    /// A new part of the start begins.
    func begin(_ phase: String, patience: Duration) {
        let now = SystemClock.monotonic()
        state.withLock { $0 = State(phase: phase, patience: patience, movedAt: now) }
    }

    /// So many keys are loaded.
    func loaded(_ keys: Int) {
        let now = SystemClock.monotonic()
        state.withLock { ($0.keys, $0.movedAt) = (keys, now) }
    }

    private func extend() {
        let now = SystemClock.monotonic()
        let (text, mayGoOn) = state.withLock { state in
            let count = state.keys > 0 ? ": \(Application.grouped(state.keys))" : ""
            return (state.phase + count, now - state.movedAt < state.patience)
        }
        guard mayGoOn else { return }
        Notify.extendTimeout(by: Self.request)
        Notify.status(text)
    }
}
