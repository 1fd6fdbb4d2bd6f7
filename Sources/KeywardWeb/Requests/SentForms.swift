internal import KeywardClient
internal import Synchronization

/// The forms that were sent, by their request id: it recognizes one that is sent again.
final class SentForms: Sendable {
    /// The most forms that are remembered. The daemon refuses older ones as well, by their request id.
    private static let most = 1_000

    private struct Form: Sendable {
        var firstSent: Timestamp
        var count = 1
    }

    private struct State: Sendable {
        var forms: [String: Form] = [:]
        var order: [String] = []
    }

    private let state = Mutex(State())

    /// Records that a form is sent.
    func record(_ id: String, at now: Timestamp) {
        state.withLock { state in
            if state.forms[id] != nil {
                state.forms[id]?.count += 1
                return
            }
            if state.order.count >= Self.most { state.forms[state.order.removeFirst()] = nil }
            state.forms[id] = Form(firstSent: now)
            state.order.append(id)
        }
    }

    /// When a form was sent first, if it was sent more than once. The daemon may have received the second one first.
    func firstSent(_ id: String) -> Timestamp? {
        state.withLock { state in state.forms[id].flatMap { $0.count > 1 ? $0.firstSent : nil } }
    }
}
