@preconcurrency internal import Dispatch
internal import KeywardServer
internal import KeywardSystemd
internal import Synchronization

/// Feeds the service manager's watchdog while every part of the daemon answers, and updates its status line.
///
/// Each beat requests a sign of life from all parts. If a part has not answered by the next beat, the watchdog gets no
/// notice. After WatchdogSec= the service manager kills and restarts the daemon.
final class Heartbeat: Sendable {
    /// The interval of status updates. Beats have the same interval, or a quarter of the watchdog's time.
    static let interval = Duration.seconds(5)

    private struct State: Sendable {
        var silent: [String] = []
        var status = ""
        var statusAt = Duration.zero
    }

    private let livenessCheck: LivenessCheck
    private let log: EventLog
    private let statusLine: @Sendable () -> String
    private let step: Int
    private let timer: any DispatchSourceTimer
    private let state = Mutex(State())

    init(
        _ parts: [LivenessCheck.Part], log: EventLog, watchdog: Duration?, statusLine: @escaping @Sendable () -> String
    ) {
        livenessCheck = LivenessCheck(parts)
        self.log = log
        self.statusLine = statusLine
        // Its own queue, because it must run while all others are busy.
        timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "keyward.heartbeat", qos: .background))
        step = Self.step(watchdog: watchdog)
        timer.setEventHandler { [weak self] in self?.beat() }
        // A source must be activated before it is released.
        timer.activate()
    }

    /// Starts the beats; the first one feeds the watchdog at once.
    func start() {
        timer.schedule(deadline: .now(), repeating: .milliseconds(step), leeway: .milliseconds(step / 10))
    }

    func stop() {
        timer.cancel()
    }

    /// Milliseconds between two beats.
    static func step(watchdog: Duration?) -> Int {
        let step = min(watchdog.map { $0 / 4 } ?? interval, interval)
        return max(1, Int(step / .milliseconds(1)))
    }

    private func beat() {
        let silent = livenessCheck.call()
        if silent.isEmpty { Notify.watchdog() }
        let before = state.withLock { state in
            defer { state.silent = silent }
            return state.silent
        }
        report(of: silent, before: before)
        refreshStatus()
    }

    private func report(of silent: [String], before: [String]) {
        if silent.contains(where: { !before.contains($0) }) {
            let names = silent.joined(separator: ", ")
            log.write(
                .daemonSilent, "No sign of life from \(names); the watchdog is not fed meanwhile.",
                ["parts": "\(names)"])
        } else if silent.isEmpty, !before.isEmpty {
            log.write(.daemonAnswering, "All parts of the daemon answer again.")
        }
    }

    private func refreshStatus() {
        let now = SystemClock.monotonic()
        guard state.withLock({ now - $0.statusAt >= Self.interval }) else { return }
        let line = statusLine()
        let isNew = state.withLock { state in
            defer { (state.status, state.statusAt) = (line, now) }
            return state.status != line
        }
        if isNew { Notify.status(line) }
    }
}
