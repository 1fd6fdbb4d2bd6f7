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

    /// What each socket counts.
    package typealias Sockets = @Sendable () -> (admin: SocketCounters, verify: SocketCounters)

    /// Who else counts, once it is known.
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

    /// Says who counts what the log leaves out.
    package func countLog(_ loss: @escaping LogLoss) {
        others.withLock { $0.logLoss = loss }
    }

    /// Says what counts the connections of each socket.
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
