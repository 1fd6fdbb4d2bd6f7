@preconcurrency internal import Dispatch
internal import Synchronization

/// Writes the log on a queue of its own, so that nobody waits for a log that does not take its entries: journald may
/// be stopped, or nobody may read the pipe that stderr leads to. What is left out is counted, and the log is told.
package final class LogQueue: Sendable {
    /// Entries that were left out.
    package struct Loss: Hashable, Sendable {
        /// There were more at once than the log is given (``LogThrottle``); all of them are in the audit trail.
        package var throttled = 0
        /// The log did not take what was there before them.
        package var dropped = 0

        package init(throttled: Int = 0, dropped: Int = 0) {
            (self.throttled, self.dropped) = (throttled, dropped)
        }
    }

    private struct State: Sendable {
        var entries: [LogEntry] = []
        /// Those in `entries`, and those that are being written.
        var waiting = 0
        var isWriting = false
        var throttle = LogThrottle()
        /// Since the start, and how much of it the log was told of.
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
    ///   - write: Writes an entry, and may take as long as it likes.
    ///   - describe: Makes the entry that tells of a loss.
    ///   - now: A clock that is never set back.
    package init(
        now: @escaping @Sendable () -> Duration, describe: @escaping @Sendable (Loss) -> LogEntry,
        write: @escaping @Sendable (LogEntry) -> Void
    ) {
        self.now = now
        self.describe = describe
        self.write = write
    }

    /// All that was left out since the start.
    package var loss: Loss { state.withLock { $0.loss } }

    /// How many entries may wait when one of this importance comes.
    static func capacity(for importance: LogEntry.Importance) -> Int {
        switch importance {
        case .mirror: 4_096
        case .ordinary: 6_144
        case .essential: 8_192
        }
    }

    /// Has an entry written after those that wait, or counts it as left out. Returns at once.
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

    /// Waits until all that was added is written, and the log knows of what was left out; at most for `time`, because a
    /// log that does not take its entries must not hold up the end.
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

    /// What is to be written; `nil` if there is nothing, so that the next entry has to wake the queue.
    private func takeEntries() -> [LogEntry]? {
        state.withLock { state in
            state.isWriting = !state.entries.isEmpty
            defer { state.entries = [] }
            return state.isWriting ? state.entries : nil
        }
    }

    /// Tells the log of a loss, now or after the pause.
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
