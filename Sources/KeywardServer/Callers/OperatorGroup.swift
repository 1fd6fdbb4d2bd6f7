import KeywardCore
import Synchronization

/// The last answer of the name services about the operators' group. A group that does not exist makes nobody an
/// operator, and nobody would notice.
final class OperatorGroup: Sendable {
    private struct State {
        /// Whether a missing group is reported. A daemon that serves only its own user needs no such group.
        var isWatched = false
        var missing: String?
    }

    private let state = Mutex(State())

    /// The group's name if it does not exist, as far as is known.
    var missing: String? { state.withLock { $0.missing } }

    /// Looks up the group's number. It waits for the name services.
    func look(for name: String, in accounts: any AccountDirectory) -> UInt32? {
        let group = accounts.groupID(named: name)
        state.withLock { state in
            if state.isWatched { state.missing = group == nil ? name : nil }
        }
        return group
    }

    /// Whether the group does not exist. From here on ``missing`` shows it. It waits for the name services.
    func isMissing(_ name: String, in accounts: any AccountDirectory) -> Bool {
        state.withLock { $0.isWatched = true }
        return look(for: name, in: accounts) == nil
    }
}
