import Synchronization

/// The reader of a connection's replies, for work on other threads: whether it is still connected, and how many bytes
/// it has not read yet.
package final class Requester: Sendable {
    private struct State: Sendable {
        /// Bytes of replies in flight to the connection, or in its output.
        var held = 0
        var resume: (@Sendable () -> Void)?
    }

    private let user: UInt32
    private let shares: OutputShares?
    private let state = Mutex(State())
    private let gone = Atomic(false)

    /// - Parameter shares: also counts its bytes.
    package init(user: UInt32 = 0, sharing shares: OutputShares? = nil) {
        (self.user, self.shares) = (user, shares)
    }

    /// Whether the connection has ended, so that work for it is useless.
    package var isGone: Bool { gone.load(ordering: .relaxed) }

    /// Whether its account has used up its share of unsent replies.
    var isShareUsedUp: Bool { shares?.isUsedUp(by: user) ?? false }

    /// The number of unread bytes of replies.
    package var held: Int { state.withLock { $0.held } }

    /// Adds `count` bytes, possibly negative.
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

    /// Calls `resume` as soon as more of a reply can be made: now, or when enough was read. Never after the connection
    /// has ended. It must not block.
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
