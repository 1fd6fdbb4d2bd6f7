internal import CSystemd
internal import Glibc

/// Notices to the service manager (sd_notify(3)). Without a service manager, these functions do nothing.
package enum Notify {
    /// Start-up, or a reload, is complete.
    package static func ready(status: String) {
        send(["READY=1", statusField(status)])
    }

    /// A reload begins; ``ready(status:)`` must follow.
    package static func reloading() {
        send(["RELOADING=1", "MONOTONIC_USEC=\(monotonicMicroseconds())"])
    }

    /// The daemon is stopping.
    package static func stopping(status: String) {
        send(["STOPPING=1", statusField(status)])
    }

    /// One line for `systemctl status`.
    package static func status(_ text: String) {
        send([statusField(text)])
    }

    /// The daemon is alive. Send it at least twice in each ``watchdogInterval``.
    package static func watchdog() {
        send(["WATCHDOG=1"])
    }

    /// The start or the stop needs up to `time` more, counted from now.
    package static func extendTimeout(by time: Duration) {
        send(["EXTEND_TIMEOUT_USEC=\(microseconds(time))"])
    }

    /// How long the service manager waits for a ``watchdog()`` before it kills the daemon; `nil` without a watchdog.
    package static var watchdogInterval: Duration? {
        var interval: UInt64 = 0
        guard sd_watchdog_enabled(0, &interval) > 0, let whole = Int64(exactly: interval) else { return nil }
        return .microseconds(whole)
    }

    /// A status is one line: a line feed would start another assignment.
    static func statusField(_ text: String) -> String {
        "STATUS=" + PlainText.escaped(text)
    }

    private static func send(_ fields: [String]) {
        // A failure means only that the message was not queued; the service manager's own timeouts handle that.
        _ = sd_notify(0, fields.joined(separator: "\n"))
    }

    private static func microseconds(_ time: Duration) -> Int64 {
        let (seconds, attoseconds) = time.components
        return max(0, seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
    }

    private static func monotonicMicroseconds() -> Int {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return now.tv_sec * 1_000_000 + now.tv_nsec / 1_000
    }
}
