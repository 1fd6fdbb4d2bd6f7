import KeywardCore
import KeywardProtocol

/// What is known of the daemon at a moment, and decides what an operator should know. All of it is in memory:
/// `system.ping` answers on an event loop.
struct DaemonFacts: Sendable {
    var store = StoreHealth.writable

    /// What an operator should know now, the gravest first. What a notice tells holds until somebody mends it.
    var notices: [Notice] {
        var notices: [Notice] = []
        if store != .writable {
            notices.append(
                Notice(
                    code: "storeReadOnly",
                    message: "The database cannot be written: keys are verified, changes are refused. "
                        + "Make room in the state folder."))
        }
        return notices
    }
}

extension Application {
    /// What is known of the daemon now.
    var facts: DaemonFacts { DaemonFacts(store: authority.storeHealth) }
}
