import Synchronization

/// Whoever waits for replies on a connection, for those who work on them elsewhere: whether it is still there.
package final class Requester: Sendable {
    private let gone = Atomic(false)

    package init() {}

    /// Whether nobody waits any more, so that work for it is in vain.
    package var isGone: Bool { gone.load(ordering: .relaxed) }

    /// The connection has ended.
    func leave() { gone.store(true, ordering: .relaxed) }
}
