import KeywardCore
import Synchronization

/// What the name services last said of the group of operators. A group that does not exist makes nobody an operator,
/// and nobody would notice.
final class OperatorGroup: Sendable {
    private struct State {
        /// Whether anybody is told. A daemon that serves its own user alone needs no such group.
        var isWatched = false
        var missing: String?
    }

    private let state = Mutex(State())

    /// The group's name if it does not exist, as far as is known.
    var missing: String? { state.withLock { $0.missing } }

    /// Looks the group's number up. It waits for the name services.
    func look(for name: String, in accounts: any AccountDirectory) -> UInt32? {
        let group = accounts.groupID(named: name)
        state.withLock { state in
            if state.isWatched { state.missing = group == nil ? name : nil }
        }
        return group
    }

    /// Whether the group does not exist. From here on that is known (``missing``). It waits for the name services.
    func isMissing(_ name: String, in accounts: any AccountDirectory) -> Bool {
        state.withLock { $0.isWatched = true }
        return look(for: name, in: accounts) == nil
    }
}
