import Synchronization

/// The keeper of the keys: decides every change, makes it durable, puts it into the ring, and only then tells of it.
///
/// Changes come one after another. Nothing is acknowledged that is not on disk.
package final class Authority: Sendable {
    package let ring: KeyRing
    package let store: any KeyStore
    package let accounts: any AccountDirectory
    let peppers: PepperSet
    let headKeeper: any AuditHeadKeeper
    let daemon: Actor
    /// Told of every entry of the audit chain, once it is on disk.
    let onAudit: @Sendable (AuditRecord) -> Void
    private let directoryState: Mutex<Directory>
    private let writer: Mutex<Writer>
    /// The requests of the last 30 days; only changes touch it, but it is too large to copy for each.
    private let requests: Mutex<[RequestKey: RequestRecord]>
    private let health = Mutex<StoreHealth>(.writable)

    /// What changes need and reads do not.
    struct Writer: Sendable {
        var chain: AuditChain
        var lastKeyNumber: Int64
        var lastWorkspaceNumber: Int64
    }

    struct RequestKey: Hashable, Sendable {
        var workspace: Int64
        var requestID: String
    }

    init(
        ring: KeyRing, store: any KeyStore, accounts: any AccountDirectory, peppers: PepperSet,
        headKeeper: any AuditHeadKeeper, daemon: Actor, directory: Directory, writer: Writer,
        requests: [RequestKey: RequestRecord], onAudit: @escaping @Sendable (AuditRecord) -> Void
    ) {
        self.ring = ring
        self.store = store
        self.accounts = accounts
        self.peppers = peppers
        self.headKeeper = headKeeper
        self.daemon = daemon
        self.onAudit = onAudit
        directoryState = Mutex(directory)
        self.writer = Mutex(writer)
        self.requests = Mutex(requests)
    }

    /// The peppers, the current one first.
    package var allPeppers: [Pepper] { peppers.all }

    /// The workspaces, members and policy as of now.
    package var directory: Directory { directoryState.withLock { $0 } }

    /// How the last attempt to write ended.
    package var storeHealth: StoreHealth { health.withLock { $0 } }

    /// Whether the last attempt to write succeeded.
    package var canWrite: Bool { storeHealth == .writable }

    /// Puts another policy in force. It must have every plan that a workspace has (``Directory/plansMissing(from:)``).
    package func adopt(_ policy: Policy) {
        // Between changes: one under way would put the policy back that it began with.
        writer.withLock { _ in
            let contexts = directoryState.withLock { directory in
                directory.policy = policy
                return directory.contexts
            }
            let isOtherSweeps = ring.withState { state in
                state.setWorkspaces(contexts)
                defer { state.sweepPolicy = policy.sweeps }
                return state.sweepPolicy != policy.sweeps
            }
            // Every key may be due at another time now; verifications go on in between.
            var next = 0
            while isOtherSweeps, ring.withState({ $0.schedule(from: next, atMost: 256) }) { next += 256 }
        }
    }

    /// The key that a request made, if it was seen within the last 30 days.
    func request(_ key: RequestKey) -> RequestRecord? { requests.withLock { $0[key] } }

    /// Decides a change, makes it durable and puts it in force; then `result` looks at what came of it.
    ///
    /// `decide` sees the state that the change will meet, for changes come one after another.
    func change<Decided: Sendable, R: Sendable>(
        at now: Instant, by actor: Actor,
        _ decide: (inout Draft) throws(Refusal) -> Decided, result: (borrowing RingState, Decided) -> R
    ) throws(Refusal) -> R {
        try writer.withLock { (writer) throws(Refusal) in
            var draft = Draft(changes: Changes(mark: now), directory: directory, writer: writer)
            let decided = try decide(&draft)
            if draft.changesAnything { try apply(draft, to: &writer, at: now, by: actor) }
            return ring.withState { state in result(state, decided) }
        }
    }

    private func apply(
        _ draft: Draft, to writer: inout Writer, at now: Instant, by actor: Actor
    ) throws(Refusal) {
        var after = draft.writer
        var changes = draft.changes
        changes.audit = draft.notes.map { after.chain.append($0, by: actor, at: now) }
        try commit(changes)
        writer = after
        keepRequests(of: changes)
        directoryState.withLock { $0 = draft.directory }
        put(changes, draft.changesDirectory ? draft.directory : nil)
        // The head beside the pepper may lag by what a crash cuts off; it is never ahead of the database.
        try? headKeeper.write(after.chain.head)
        changes.audit.forEach(onAudit)
    }

    /// Puts a change in force: at once, unless it is a sweep's, whose keys have nothing to do with each other.
    private func put(_ changes: Changes, _ directory: Directory?) {
        ring.withState { state in
            if let directory { state.setWorkspaces(directory.contexts) }
            changes.keys.prefix(Self.ringSlice).forEach { state.put($0) }
        }
        for slice in changes.keys.dropFirst(Self.ringSlice).slices(of: Self.ringSlice) {
            ring.withState { state in slice.forEach { state.put($0) } }
        }
        for slice in changes.purged.slices(of: Self.ringSlice) {
            ring.withState { state in slice.forEach { state.remove(number: $0) } }
        }
    }

    private func keepRequests(of changes: Changes) {
        requests.withLock { requests in
            if let before = changes.forgetRequestsBefore { requests = requests.filter { $0.value.at >= before } }
            for request in changes.requests {
                requests[RequestKey(workspace: request.workspace, requestID: request.requestID)] = request
            }
        }
    }

    private func commit(_ changes: Changes) throws(Refusal) {
        do {
            try write { () throws(StoreFault) in try store.commit(changes) }
        } catch {
            throw refusal(of: error)
        }
    }

    /// Writes, and remembers how that ended. Once the store has failed nothing is written any more: nobody knows what
    /// of the last write is on disk, so only a new start can tell.
    private func write(_ body: () throws(StoreFault) -> Void) throws(StoreFault) {
        if case .failed(let fault) = storeHealth { throw fault }
        do {
            try body()
            health.withLock { $0 = .writable }
        } catch {
            switch error {
            case .cannotWrite: health.withLock { $0 = .readOnly }
            case .failed: health.withLock { $0 = .failed(error) }
            case .exists: break
            }
            throw error
        }
    }

    /// Forgets hours of usage before `hour`, at most `limit` of them. Whether none is left.
    func forgetUsage(before hour: Int64, limit: Int) throws(StoreFault) -> Bool {
        try writer.withLock { _ throws(StoreFault) in
            var isDone = false
            try write { () throws(StoreFault) in isDone = try store.forgetUsage(before: hour, limit: limit) }
            return isDone
        }
    }

    /// Moves what was written ahead into the database itself.
    package func checkpoint() throws(StoreFault) {
        try writer.withLock { _ throws(StoreFault) in
            try write { () throws(StoreFault) in try store.checkpoint() }
        }
    }

    /// What to answer when the store could not do its part.
    func refusal(of fault: StoreFault) -> Refusal {
        switch fault {
        case .cannotWrite:
            .readOnly(
                "Keyward cannot write its database now, so nothing was changed; keys are verified as before. "
                    + "Make room in its state folder, then try again.")
        case .exists: .conflict("There is a file of that name already; choose another.", keyID: nil)
        case .failed: .failed("Keyward's store failed; see its journal.")
        }
    }

    /// Writes usage that has grown, for at most `limit` keys. Whether all of it is stored now.
    package func flushUsage(limit: Int, at now: Instant) throws(StoreFault) -> Bool {
        let flush = ring.withState { $0.takeFlush(limit: limit, at: now) }
        do {
            try write { () throws(StoreFault) in try store.flush(flush) }
        } catch {
            ring.withState { $0.returnFlush(flush) }
            throw error
        }
        return ring.withState { $0.dirtyCount } == 0
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

/// A change that is being decided.
struct Draft {
    var changes: Changes
    var notes: [AuditNote] = []
    var directory: Directory
    var changesDirectory = false
    var writer: Authority.Writer
    var advice: [Advice] = []

    /// Whether there is anything to write. What changes a key or a workspace is always told of.
    var changesAnything: Bool { !notes.isEmpty || changes.forgetRequestsBefore != nil }

    init(changes: Changes, directory: Directory, writer: Authority.Writer) {
        self.changes = changes
        self.directory = directory
        self.writer = writer
    }
}
