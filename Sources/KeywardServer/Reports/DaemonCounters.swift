package import KeywardCore
import Synchronization

/// The daemon's counters since its start, for `system.metrics`.
package final class DaemonCounters: Sendable {
    struct Counts: Sendable {
        /// Entries of the audit trail by action.
        var entries: [String: Int] = [:]
        /// When all usage was last stored.
        var flushedAt: Instant?
        var configurationReadAt: Instant?
        /// Whether the last configuration that was read is in force.
        var isConfigurationGood = true
    }

    /// Log entries that were omitted since the start: because of throttling, and because the log did not accept them.
    package typealias LogLoss = @Sendable () -> (throttled: Int, dropped: Int)

    /// The counters of each socket.
    package typealias Sockets = @Sendable () -> (admin: SocketCounters, verify: SocketCounters)

    /// Counters of other parts, once they are known.
    private struct Others: Sendable {
        var logLoss: LogLoss = { (0, 0) }
        var sockets: Sockets = { (SocketCounters(), SocketCounters()) }
    }

    private let state = Mutex(Counts())
    private let others = Mutex(Others())

    package init() {}

    var counts: Counts { state.withLock { $0 } }

    var entriesLeftOut: (throttled: Int, dropped: Int) { others.withLock { $0.logLoss }() }

    var sockets: (admin: SocketCounters, verify: SocketCounters) { others.withLock { $0.sockets }() }

    /// Sets the function that counts omitted log entries.
    package func countLog(_ loss: @escaping LogLoss) {
        others.withLock { $0.logLoss = loss }
    }

    /// Sets the function that counts the connections of each socket.
    func countSockets(_ sockets: @escaping Sockets) {
        others.withLock { $0.sockets = sockets }
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
