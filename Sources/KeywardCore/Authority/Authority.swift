import Synchronization

/// The maintenance queue of the keys: decides every change, makes it durable, puts it in force, and only then answers.
///
/// Nothing is in force or acknowledged that is not on disk. `Commit` has how a change is made, `Operations` what each
/// change is.
package final class Authority: Sendable {
    package let registry: KeyRegistry
    package let store: any KeyStore
    package let accounts: any AccountDirectory
    let peppers: PepperSet
    let headStorage: any AuditHeadStorage
    /// What the start has to store.
    let debts: StartDebts
    /// As whom the daemon itself acts.
    package let daemon: Actor
    /// Called with every entry of the audit chain, once it is on disk.
    let onAudit: @Sendable (AuditRecord) -> Void
    let directoryInForce: Mutex<Directory>
    let commitQueue = Mutex(CommitQueue<any PendingChange>())
    /// Held while changes are decided, written and put in force.
    let commitState: Mutex<Transaction.Writer>
    let newest: Atomic<Int64>
    let requests: RequestLog
    private let health = Mutex<StoreHealth>(.writable)
    let bars: Mutex<WriteBars>

    init(
        registry: KeyRegistry, store: any KeyStore, accounts: any AccountDirectory, peppers: PepperSet,
        headStorage: any AuditHeadStorage, daemon: Actor, directory: Directory, debts: StartDebts,
        writer: Transaction.Writer, requests: RequestLog, bars: WriteBars,
        onAudit: @escaping @Sendable (AuditRecord) -> Void
    ) {
        self.registry = registry
        self.store = store
        self.accounts = accounts
        self.peppers = peppers
        self.headStorage = headStorage
        self.daemon = daemon
        self.debts = debts
        self.onAudit = onAudit
        directoryInForce = Mutex(directory)
        commitState = Mutex(writer)
        newest = Atomic(writer.chain.head.seq)
        self.requests = requests
        self.bars = Mutex(bars)
    }

    /// The peppers, the current one first.
    package var allPeppers: [Pepper] { peppers.all }

    /// The workspaces, members and policy as of now.
    package var directory: Directory { directoryInForce.withLock { $0 } }

    var roles: Roles { Roles(directory: directory, accounts: accounts) }

    var locator: KeyLocator { KeyLocator(registry: registry, directory: directory, accounts: accounts) }

    /// The number of the newest audit entry that is on disk.
    package var newestEntry: Int64 { newest.load(ordering: .acquiring) }

    /// How the last attempt to write ended.
    package var storeHealth: StoreHealth { health.withLock { $0 } }

    /// Whether changes are made: the last attempt to write succeeded, and nothing bars them.
    package var canWrite: Bool { storeHealth == .writable && writeBar == nil }

    /// Puts another policy in force. It must have every plan that a workspace has (``Directory/plansMissing(from:)``).
    ///
    /// - Returns: Whether sweeps go by another policy now, so that each may have something to do at another time.
    @discardableResult
    package func adopt(_ policy: Policy) -> Bool {
        // Not while a group is written: one that changes the directory would put the policy back that it began with.
        commitState.withLock { _ in
            let contexts = directoryInForce.withLock { directory in
                directory.policy = policy
                return directory.contexts
            }
            let isOtherSweeps = registry.withState { state in
                state.setWorkspaces(contexts)
                defer { state.sweepPolicy = policy.sweeps }
                return state.sweepPolicy != policy.sweeps
            }
            // Every key may be due at another time now; verifications go on in between.
            var next = 0
            while isOtherSweeps, registry.withState({ $0.schedule(from: next, atMost: 256) }) { next += 256 }
            return isOtherSweeps
        }
    }

    /// Writes, and remembers how that ended. Once the store has failed nothing is written any more: nobody knows what
    /// of the last write is on disk, so only a new start can tell.
    func write(_ body: () throws(StoreFault) -> Void) throws(StoreFault) {
        if case .failed(let fault) = storeHealth { throw fault }
        do {
            try body()
            noteHealth(.writable)
        } catch {
            switch error {
            case .cannotWrite: noteHealth(.readOnly)
            case .failed, .damaged: noteHealth(.failed(error))
            case .exists: break
            }
            throw error
        }
    }

    /// Changes and usage are written by different threads: a success of one does not end the failure of the other.
    private func noteHealth(_ news: StoreHealth) {
        health.withLock { health in
            if case .failed = health { return }
            health = news
        }
    }

    /// Forgets hours of usage before `hour`, at most `limit` of them. Whether none is left.
    func forgetUsage(before hour: Int64, limit: Int) throws(StoreFault) -> Bool {
        try commitState.withLock { _ throws(StoreFault) in
            var isDone = false
            try write { () throws(StoreFault) in isDone = try store.forgetUsage(before: hour, limit: limit) }
            return isDone
        }
    }

    /// Moves what was written ahead into the database itself.
    package func checkpoint() throws(StoreFault) {
        try commitState.withLock { _ throws(StoreFault) in
            try write { () throws(StoreFault) in try store.checkpoint() }
        }
    }

    /// What to answer when the store could not do its part.
    package func refusal(of fault: StoreFault) -> Refusal {
        switch fault {
        case .cannotWrite: .readOnly(.database)
        case .exists: .conflict(.fileExists)
        case .failed(let reason), .damaged(let reason): .failed(.database, cause: reason)
        }
    }
}

/// Whether the store takes what it is given.
package enum StoreHealth: Hashable, Sendable {
    case writable
    /// It may pass.
    case readOnly
    /// Memory can no longer be trusted to match the disk.
    case failed(StoreFault)
}
