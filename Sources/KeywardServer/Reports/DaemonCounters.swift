package import KeywardCore
import Synchronization

/// What the daemon counts of itself from its start on, for `system.metrics`.
package final class DaemonCounters: Sendable {
    struct Counts: Sendable {
        /// Entries of the audit trail by action.
        var entries: [String: Int] = [:]
        /// When all usage was last stored.
        var flushedAt: Instant?
        var configurationReadAt: Instant?
        /// Whether the configuration that was read last is in force.
        var isConfigurationGood = true
    }

    /// Log entries that were left out since the start: for want of time, and because the log did not take them.
    package typealias LogLoss = @Sendable () -> (throttled: Int, dropped: Int)

    private let state = Mutex(Counts())
    private let logLoss = Mutex<LogLoss> { (0, 0) }

    package init() {}

    var counts: Counts { state.withLock { $0 } }

    var entriesLeftOut: (throttled: Int, dropped: Int) { logLoss.withLock { $0 }() }

    /// Says who counts what the log leaves out.
    package func countLog(_ loss: @escaping LogLoss) {
        logLoss.withLock { $0 = loss }
    }

    /// An entry of the audit trail is on disk.
    package func count(_ record: AuditRecord) {
        state.withLock { $0.entries[record.action, default: 0] += 1 }
    }

    /// A configuration was read; one that `isGood` is in force now.
    package func noteConfiguration(isGood: Bool, at now: Instant) {
        state.withLock { counts in
            counts.isConfigurationGood = isGood
            if isGood { counts.configurationReadAt = now }
        }
    }

    func noteFlush(at now: Instant) {
        state.withLock { $0.flushedAt = now }
    }
}

/// What one socket counts.
package struct SocketCounters: Hashable, Sendable {
    /// Clients that are connected now.
    package var connections = 0
    /// Connections refused since the start: the socket was full, the user had too many, no word was lost on them.
    package var full = 0
    package var overQuota = 0
    package var dropped = 0

    package init(connections: Int = 0, full: Int = 0, overQuota: Int = 0, dropped: Int = 0) {
        (self.connections, self.full, self.overQuota, self.dropped) = (connections, full, overQuota, dropped)
    }
}
