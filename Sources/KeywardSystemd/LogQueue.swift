@preconcurrency internal import Dispatch
internal import Synchronization

/// Writes the log on its own queue, so that no thread waits for a blocked log: journald may be stopped, or nobody may
/// read the pipe behind stderr. Dropped entries are counted and reported in the log.
package final class LogQueue: Sendable {
    /// The number of dropped entries.
    package struct Loss: Hashable, Sendable {
        /// Entries beyond the rate limit (``LogThrottle``); all of them are in the audit trail.
        package var throttled = 0
        /// Entries dropped because the log was blocked and the queue full.
        package var dropped = 0

        package init(throttled: Int = 0, dropped: Int = 0) {
            (self.throttled, self.dropped) = (throttled, dropped)
        }
    }

    private struct State: Sendable {
        var entries: [LogEntry] = []
        /// The number of entries in `entries` and of those being written.
        var waiting = 0
        var isWriting = false
        var throttle = LogThrottle()
        /// The loss since the start, and the part that was already reported.
        var loss = Loss()
        var reported = Loss()
        var reportedAt: Duration?
        var willReport = false
    }

    /// The shortest time between two entries about a loss.
    private static let pause = Duration.seconds(30)

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "keyward.log", qos: .background)
    private let write: @Sendable (LogEntry) -> Void
    private let describe: @Sendable (Loss) -> LogEntry
    private let now: @Sendable () -> Duration

    /// - Parameters:
    ///   - write: Writes an entry, and may block.
    ///   - describe: Creates the entry that reports a loss.
    ///   - now: A clock that is never set back.
    package init(
        now: @escaping @Sendable () -> Duration, describe: @escaping @Sendable (Loss) -> LogEntry,
        write: @escaping @Sendable (LogEntry) -> Void
    ) {
        self.now = now
        self.describe = describe
        self.write = write
    }

    /// All entries dropped since the start.
    package var loss: Loss { state.withLock { $0.loss } }

    /// The queue's capacity for entries of this importance.
    static func capacity(for importance: LogEntry.Importance) -> Int {
        switch importance {
        case .mirror: 4_096
        case .ordinary: 6_144
        case .essential: 8_192
        }
    }

    /// Queues an entry, or counts it as dropped. Returns at once.
    package func add(_ entry: LogEntry) {
        let now = now()
        let mustWake = state.withLock { state in
            if state.waiting >= Self.capacity(for: entry.importance) {
                state.loss.dropped += 1
            } else if entry.importance == .mirror, !state.throttle.admits(at: now) {
                state.loss.throttled += 1
            } else {
                state.entries.append(entry)
                state.waiting += 1
            }
            defer { state.isWriting = true }
            return !state.isWriting
        }
        if mustWake { queue.async { [self] in drain() } }
    }

    /// Waits until all queued entries and the loss are written, at most for `time`: a blocked log must not delay the
    /// stop.
    package func flush(within time: Duration) {
        let end = DispatchSemaphore(value: 0)
        queue.async { [self] in
            report()
            end.signal()
        }
        _ = end.wait(timeout: .now() + .milliseconds(Int(time / .milliseconds(1))))
    }

    private func drain() {
        while let entries = takeEntries() {
            for entry in entries {
                write(entry)
                state.withLock { $0.waiting -= 1 }
            }
        }
        reportWhenDue()
    }

    /// The entries to write; `nil` if there are none, so that the next entry must wake the queue.
    private func takeEntries() -> [LogEntry]? {
        state.withLock { state in
            state.isWriting = !state.entries.isEmpty
            defer { state.entries = [] }
            return state.isWriting ? state.entries : nil
        }
    }

    /// Reports a loss in the log, now or after the pause.
    private func reportWhenDue() {
        let now = now()
        let rest = state.withLock { state -> Duration? in
            guard state.loss != state.reported, !state.willReport else { return nil }
            let rest = state.reportedAt.map { max(.zero, $0 + Self.pause - now) } ?? .zero
            state.willReport = rest > .zero
            return rest
        }
        guard let rest else { return }
        guard rest > .zero else { return report() }
        queue.asyncAfter(deadline: .now() + .milliseconds(Int(rest / .milliseconds(1)))) { [self] in report() }
    }

    private func report() {
        let now = now()
        let news = state.withLock { state -> Loss? in
            state.willReport = false
            guard state.loss != state.reported else { return nil }
            defer { (state.reported, state.reportedAt) = (state.loss, now) }
            return Loss(
                throttled: state.loss.throttled - state.reported.throttled,
                dropped: state.loss.dropped - state.reported.dropped)
        }
        if let news { write(describe(news)) }
    }
}
