internal import KeywardClient
internal import Synchronization

/// The forms that were sent, by their request id: it recognizes one that is sent again.
final class SentForms: Sendable {
    /// The most forms that are remembered. The daemon refuses older ones as well, by their request id.
    private static let most = 1_000

    private struct State: Sendable {
        var times: [String: Timestamp] = [:]
        var order: [String] = []
    }

    private let state = Mutex(State())

    /// Records that a form is sent. Returns when it was sent first; `nil` if that is now.
    func record(_ id: String, at now: Timestamp) -> Timestamp? {
        state.withLock { state in
            if let first = state.times[id] { return first }
            if state.order.count >= Self.most { state.times[state.order.removeFirst()] = nil }
            state.times[id] = now
            state.order.append(id)
            return nil
        }
    }
}
