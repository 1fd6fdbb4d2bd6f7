/// The keys of a host, for callers and for the daemon's own work.
///
/// It answers callers by their roles, lists keys, and starts the work of the sweeps, the clock and the usage flushes.
/// It changes nothing itself: every change goes through the ``committer``.
package final class Authority: Sendable {
    /// The name that means all workspaces, for operators.
    package static let everyWorkspace = "*"

    package let registry: KeyRegistry
    package let committer: Committer
    package let accounts: any AccountDirectory
    package let peppers: PepperSet
    let store: any KeyStore
    let headStorage: any AuditHeadStorage
    /// The actor of the daemon's own changes.
    package let daemon: Actor
    /// The keys of the audit chain by the pepper of each entry.
    let auditKeys: [PepperID: KeyedDigest]

    init(
        _ parts: AuthorityParts, registry: KeyRegistry, committer: Committer, auditKeys: [PepperID: KeyedDigest]
    ) {
        self.auditKeys = auditKeys
        self.registry = registry
        self.committer = committer
        accounts = parts.accounts
        peppers = parts.peppers
        store = parts.store
        headStorage = parts.headStorage
        daemon = parts.daemon
    }

    /// The version of the store's schema, 1 or more.
    package var schemaVersion: Int { store.schemaVersion }

    /// The workspaces, members and policy as of now.
    package var directory: Directory { committer.directory }

    var roles: Roles { Roles(directory: directory, accounts: accounts) }

    var locator: KeyLocator { KeyLocator(registry: registry, directory: directory, accounts: accounts) }
}
