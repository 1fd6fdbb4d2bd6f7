import KeywardCore
import Synchronization

/// How often each peer presented what is no key. It is told at most once a minute and never held against the peer:
/// the uid is a gateway's, and 178 bits are not guessed.
package final class UnknownKeys: Sendable {
    package struct Share: Sendable {
        package var uid: UInt32
        /// The uid's login when it is told.
        package var user: String?
        package var malformed = 0
        package var notFound = 0

    }

    /// How many uids are told apart.
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

    /// Forgets when it was last told: the clock was set.
    func forgetTime() {
        state.withLock { $0.reportedAt = .distantPast }
    }

    /// What has come together, if it is time to tell.
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
