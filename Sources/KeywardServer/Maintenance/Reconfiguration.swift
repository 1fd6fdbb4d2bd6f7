package import KeywardCore
import Synchronization

/// Applies another configuration while the daemon runs.
package final class Reconfiguration: Sendable {
    /// A struct, because Mutex would wrap a bare closure again at each access.
    private struct State: Sendable {
        var reload: (@Sendable () -> ReloadOutcome)?
    }

    private let authority: Authority
    private let queue: MaintenanceQueue
    /// Called on the maintenance queue when another policy is in force.
    private let policyAdopted = Callback()
    private let state = Mutex(State())

    init(_ authority: Authority, on queue: MaintenanceQueue) {
        self.authority = authority
        self.queue = queue
    }

    /// Sets the function that reads the configuration again.
    func reloads(by reload: (@Sendable () -> ReloadOutcome)?) { state.withLock { $0.reload = reload } }

    /// Sets `body` to be called on the maintenance queue when a policy is in force that changes the sweeps.
    func whenPolicyIsAdopted(_ body: @escaping @Sendable () -> Void) { policyAdopted.set(body) }

    /// Reads the configuration again; `nil` before the daemon runs.
    func reload() -> ReloadOutcome? { state.withLock { $0.reload }?() }

    /// Applies another policy between two changes, unless it lacks plans of workspaces: returns the missing ones.
    package func adopt(_ policy: Policy) -> [String] {
        queue.perform {
            let missing = authority.directory.plansMissing(from: policy)
            guard missing.isEmpty else { return missing }
            if authority.committer.adopt(policy) { policyAdopted() }
            return missing
        }
    }
}
