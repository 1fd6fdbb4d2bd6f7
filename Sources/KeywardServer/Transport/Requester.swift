import Synchronization

/// Whoever waits for replies on a connection, for those who work on them elsewhere: whether it is still there, and how
/// many bytes it has not read yet.
package final class Requester: Sendable {
    private struct State: Sendable {
        /// Bytes of replies that are on their way to the connection, or in it.
        var held = 0
        var resume: (@Sendable () -> Void)?
    }

    private let user: UInt32
    private let shares: OutputShares?
    private let state = Mutex(State())
    private let gone = Atomic(false)

    /// - Parameter shares: where its bytes are counted too.
    package init(user: UInt32 = 0, sharing shares: OutputShares? = nil) {
        (self.user, self.shares) = (user, shares)
    }

    /// Whether nobody waits any more, so that work for it is in vain.
    package var isGone: Bool { gone.load(ordering: .relaxed) }

    /// Whether its account has used up its share of what connections hold.
    var isShareUsedUp: Bool { shares?.isUsedUp(by: user) ?? false }

    /// How many bytes of replies it has not read.
    package var held: Int { state.withLock { $0.held } }

    /// So many bytes more are on their way to the connection, or fewer are in it.
    func hold(_ count: Int) {
        let resume: (@Sendable () -> Void)? = state.withLock { state in
            let change = isGone ? -state.held : max(count, -state.held)
            guard change != 0 else { return nil }
            state.held += change
            shares?.add(change, of: user)
            guard change < 0, hasCapacity(beside: state.held) else { return nil }
            defer { state.resume = nil }
            return state.resume
        }
        resume?()
    }

    /// Calls `resume` as soon as more of a reply can be made: now, or when enough was read. Never once the connection
    /// is gone. It must not block.
    func whenThereIsCapacity(_ resume: @escaping @Sendable () -> Void) {
        let isNow = state.withLock { state in
            if isGone { return false }
            if hasCapacity(beside: state.held) { return true }
            state.resume = resume
            return false
        }
        if isNow { resume() }
    }

    private func hasCapacity(beside held: Int) -> Bool {
        held == 0 || held < ConnectionBounds.mostHeldOutput && !isShareUsedUp
    }

    /// The connection has ended.
    func leave() {
        gone.store(true, ordering: .relaxed)
        state.withLock { $0.resume = nil }
        hold(0)
    }
}
