import Synchronization

/// Counts the connections of one socket and decides who may have another. Per uid, not per process, because processes
/// can fork.
package final class ConnectionQuota: Sendable {
    package enum Admission: Hashable, Sendable {
        case admitted
        /// All connections available to this peer are in use.
        case socketFull
        case userFull
        /// Too many are already being refused: this one gets no reply.
        case dropped
    }

    /// The largest number of connections that are being refused.
    package static let refusals = 64

    private struct Counts {
        var users: [UInt32: Int] = [:]
        var admitted = 0
        var refused = 0
        /// Refusals since the start.
        var counters = SocketCounters()
        var limits: SocketLimits
    }

    private let ownUser: UInt32
    private let counts: Mutex<Counts>

    /// Counts for one socket of a daemon that runs as `ownUser`.
    package init(_ limits: SocketLimits, ownUser: UInt32) {
        counts = Mutex(Counts(limits: limits))
        self.ownUser = ownUser
    }

    /// Connections that are served.
    package var connections: Int {
        counts.withLock { $0.admitted }
    }

    /// The counters, and the current number of served connections.
    package var counters: SocketCounters {
        counts.withLock { counts in
            var counters = counts.counters
            counters.connections = counts.admitted
            return counters
        }
    }

    /// Sets other limits for new connections; it closes no open one.
    package func adopt(_ limits: SocketLimits) {
        counts.withLock { $0.limits = limits }
    }

    /// Counts a new connection of `user`, unless it is dropped.
    package func admit(_ user: UInt32) -> Admission {
        let isPrivileged = user == 0 || user == ownUser
        return counts.withLock { counts in
            let limits = counts.limits
            let limit = isPrivileged ? limits.connections : limits.connections - limits.reserved
            let admission: Admission =
                counts.admitted >= limit
                ? .socketFull : counts.users[user, default: 0] >= limits.connectionsPerUser ? .userFull : .admitted
            if admission == .admitted {
                counts.admitted += 1
                counts.users[user, default: 0] += 1
                return .admitted
            }
            if counts.refused >= Self.refusals {
                counts.counters.dropped += 1
                return .dropped
            }
            if admission == .socketFull { counts.counters.full += 1 } else { counts.counters.overQuota += 1 }
            counts.refused += 1
            return admission
        }
    }

    /// Counts the end of a connection that was served.
    package func release(_ user: UInt32) {
        counts.withLock { counts in
            counts.admitted -= 1
            let left = counts.users[user, default: 1] - 1
            counts.users[user] = left == 0 ? nil : left
        }
    }

    /// Counts the end of a connection that was refused.
    package func releaseRefused() {
        counts.withLock { $0.refused -= 1 }
    }
}
