package import KeywardCore
import Synchronization

/// Puts another configuration in force while the daemon runs.
package final class Reconfiguration: Sendable {
    /// Mutex holds a struct: a closure that it held by itself would be wrapped once more at each access.
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

    /// Says what reads the configuration again.
    func reloads(by reload: (@Sendable () -> ReloadOutcome)?) { state.withLock { $0.reload = reload } }

    /// Has `body` called on the maintenance queue when a policy is in force that changes what sweeps do.
    func whenPolicyIsAdopted(_ body: @escaping @Sendable () -> Void) { policyAdopted.set(body) }

    /// Reads the configuration again; `nil` before the daemon runs.
    func reload() -> ReloadOutcome? { state.withLock { $0.reload }?() }

    /// Puts another policy in force between two changes, unless it lacks plans that workspaces have: those are returned.
    package func adopt(_ policy: Policy) -> [String] {
        queue.perform {
            let missing = authority.directory.plansMissing(from: policy)
            guard missing.isEmpty else { return missing }
            if authority.committer.adopt(policy) { policyAdopted() }
            return missing
        }
    }
}
