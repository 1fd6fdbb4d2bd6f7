import Synchronization

/// The whole table of keys in memory, live and terminal: what verifications, lists and decisions read.
///
/// One lock, held for the lines of one read at most and never across I/O. SQLite is its durable truth; a change is
/// stored first, then put here, then acknowledged, so that the next verification sees it.
package final class KeyRing: Sendable {
    /// Renders the part of a key's replies that does not change from one verification to the next.
    package typealias ReplyRenderer = @Sendable (_ key: KeyRecord, _ workspace: String) -> [UInt8]

    private let state: Mutex<RingState>

    package init(renderReply: @escaping ReplyRenderer) {
        state = Mutex(RingState(renderReply: renderReply))
    }

    /// Runs `body` on the ring's state, alone.
    package func withState<R, E: Error>(_ body: (inout RingState) throws(E) -> sending R) throws(E) -> sending R {
        try state.withLock(body)
    }
}
