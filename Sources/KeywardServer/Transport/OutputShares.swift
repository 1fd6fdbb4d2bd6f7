import Synchronization

/// The number of bytes of unsent replies of all connections together, and of each account.
///
/// An account that has used up its share gets no more replies until it has read some. An account without unsent replies
/// always gets its next one.
package final class OutputShares: Sendable {
    /// All accounts together.
    package static let most = 64 << 20
    /// An account other than root and the daemon's own.
    package static let mostOfUser = 16 << 20
    /// The part of ``most`` that only root and the daemon's own account may use.
    private static let reserved = 16 << 20

    private struct State: Sendable {
        var total = 0
        var users: [UInt32: Int] = [:]

        func isUsedUp(by user: UInt32, _ isPrivileged: Bool) -> Bool {
            guard let own = users[user] else { return false }
            return isPrivileged
                ? total >= OutputShares.most
                : own >= OutputShares.mostOfUser || total >= OutputShares.most - OutputShares.reserved
        }
    }

    private let ownUser: UInt32
    private let state = Mutex(State())
    /// Called when accounts that had used up their share may have replies again.
    private let whenFreed: @Sendable () -> Void

    /// For a daemon that runs as `ownUser`. `whenFreed` must not block.
    package init(ownUser: UInt32, whenFreed: @escaping @Sendable () -> Void = {}) {
        self.ownUser = ownUser
        self.whenFreed = whenFreed
    }

    /// The number of held bytes.
    package var total: Int { state.withLock { $0.total } }

    /// The number of bytes that an account holds.
    package func held(by user: UInt32) -> Int { state.withLock { $0.users[user] ?? 0 } }

    /// Whether an account currently gets no more replies.
    package func isUsedUp(by user: UInt32) -> Bool {
        state.withLock { $0.isUsedUp(by: user, isPrivileged(user)) }
    }

    /// Adds `count` bytes, possibly negative, to an account.
    func add(_ count: Int, of user: UInt32) {
        let isPrivileged = isPrivileged(user)
        let isFreed = state.withLock { state in
            let (wasUsedUp, wasFull) = (
                state.isUsedUp(by: user, isPrivileged), state.total >= Self.most - Self.reserved
            )
            state.total += count
            let own = state.users[user, default: 0] + count
            state.users[user] = own > 0 ? own : nil
            return count < 0
                && (wasUsedUp && !state.isUsedUp(by: user, isPrivileged)
                    || wasFull && state.total < Self.most - Self.reserved)
        }
        if isFreed { whenFreed() }
    }

    private func isPrivileged(_ user: UInt32) -> Bool { user == 0 || user == ownUser }
}
