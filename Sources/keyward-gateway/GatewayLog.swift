internal import Glibc
internal import KeywardSystemd
internal import Logging

/// The log of a gateway: the journal, or lines on standard error. No entry has a key, a path or a header of a request.
enum GatewayLog {
    /// Sets it up, and returns the queue that writes it.
    static func start() -> LogQueue {
        let destination = JournalLogHandler.Destination.current()
        let queue = LogQueue(now: monotonic, describe: entry) { destination.write($0, as: "keyward-gateway") }
        LoggingSystem.bootstrap { _ in JournalLogHandler(take: queue.add) }
        return queue
    }

    @Sendable private static func entry(of loss: LogQueue.Loss) -> LogEntry {
        LogEntry(
            message: "\(loss.dropped) entries were left out of this log because it was blocked.", level: .warning,
            metadata: [:])
    }

    @Sendable private static func monotonic() -> Duration {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return .seconds(now.tv_sec) + .nanoseconds(now.tv_nsec)
    }
}
