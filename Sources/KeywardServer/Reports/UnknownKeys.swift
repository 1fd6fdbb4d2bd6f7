import KeywardCore
import Synchronization

/// Counts of presented texts that are not keys, and of unknown keys, by peer. They are reported at most once a minute
/// and never lead to a refusal: the uid is a gateway's, and 178 bits cannot be guessed.
package final class UnknownKeys: Sendable {
    package struct Share: Sendable {
        package var uid: UInt32
        /// The uid's login at the time of the report.
        package var user: String?
        package var malformed = 0
        package var notFound = 0

    }

    /// The largest number of separate uids.
    private static let most = 1_024
    private static let pause: Instant.Span = .seconds(60)

    private struct State {
        var shares: [UInt32: Share] = [:]
        var reportedAt = Instant.distantPast
    }

    private let state = Mutex(State())

    package init() {}

    func add(_ share: Share) {
        state.withLock { state in
            var sum = state.shares[share.uid] ?? Share(uid: share.uid)
            sum.malformed += share.malformed
            sum.notFound += share.notFound
            guard state.shares[share.uid] != nil || state.shares.count < Self.most else { return }
            state.shares[share.uid] = sum
        }
    }

    /// Resets the time of the last report: the clock was set.
    func forgetTime() {
        state.withLock { $0.reportedAt = .distantPast }
    }

    /// The counts so far, if a report is due.
    func take(at now: Instant) -> [Share] {
        state.withLock { state in
            guard !state.shares.isEmpty, state.reportedAt == .distantPast || now - state.reportedAt >= Self.pause else {
                return []
            }
            defer { state.shares.removeAll() }
            state.reportedAt = now
            return state.shares.values.sorted { $0.uid < $1.uid }
        }
    }
}
