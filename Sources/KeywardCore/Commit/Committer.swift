import Synchronization

/// Makes every change: decides it, makes it durable, applies it, and only then answers.
///
/// A change waits in the commit queue with the facts that were gathered for it. One thread at a time decides the
/// waiting changes, writes them as a group in one transaction, and applies it. In the daemon this is the commit thread;
/// for the daemon's own changes it is the thread that waits for them. No other thread decides, so the state does not
/// change during a decision.
///
/// `CommitQueue` selects the changes of a group. `Operation` is a change, `Decision` its input, `Transaction` its
/// writes. Invariants:
/// - A change is in force or acknowledged only after it is on disk. A failed transaction leaves nothing to undo.
/// - Decisions use no name service, no file and no SQL.
/// - Each transaction has a position in one sequence. Transactions are applied in that order, also those that were
///   decided elsewhere.
/// - After the store has failed, nothing more is written: only a restart can find out what of the last write is on
///   disk.
package final class Committer: Sendable {
    private let registry: KeyRegistry
    private let store: any KeyStore
    private let accounts: any AccountDirectory
    private let peppers: PepperSet
    private let headStorage: any AuditHeadStorage
    /// What the start must store.
    private let debts: StartDebts
    /// The actor of the daemon's own changes.
    private let daemon: Actor
    /// Called with every entry of the audit chain, once it is on disk.
    private let onAudit: @Sendable (AuditRecord) -> Void
    private let requests: RequestLog
    private let directoryInForce: Mutex<Directory>
    private let queue = Mutex(CommitQueue<any PendingChange>())
    /// Held while changes are decided, written and applied.
    private let lastWriter: Mutex<Transaction.Writer>
    private let newest: Atomic<Int64>
    private let health = Mutex<StoreHealth>(.writable)
    private let bars: Mutex<WriteBars>

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
        self.onAudit = onAudit
        self.debts = debts
        self.requests = requests
        directoryInForce = Mutex(directory)
        lastWriter = Mutex(writer)
        newest = Atomic(writer.chain.head.seq)
        self.bars = Mutex(bars)
    }

    // MARK: What is in force

    /// The workspaces, members and policy as of now.
    package var directory: Directory { directoryInForce.withLock { $0 } }

    /// The number of the newest audit entry that is on disk.
    package var newestEntry: Int64 { newest.load(ordering: .acquiring) }

    /// The outcome of the last attempt to write.
    package var storeHealth: StoreHealth { health.withLock { $0 } }

    /// Whether changes are possible: the last attempt to write succeeded, and no bar refuses them.
    package var canWrite: Bool { storeHealth == .writable && writeBar == nil }

    /// Why changes are refused although the store is writable; `nil` if they are not.
    package var writeBar: WriteBar? { bars.withLock { $0.first } }

    /// Whether the trail records a loss of entries that no operator has acknowledged.
    package var hasUnacknowledgedLoss: Bool { bars.withLock { $0.hasLoss } }

    /// Refuses changes while files have moved; `nil` ends that.
    package func bar(files: WriteBar?) { bars.withLock { $0.files = files } }

    /// An entry on disk records a loss of entries.
    func noteLoss() { bars.withLock { $0.hasLoss = true } }

    /// Adopts another policy. It must have every plan that a workspace has (``Directory/plansMissing(from:)``).
    ///
    /// - Returns: whether the policy of the sweeps differs, so that each may have something to do at another time.
    @discardableResult
    package func adopt(_ policy: Policy) -> Bool {
        // Not while a group is decided: one policy applies to all its changes.
        lastWriter.withLock { _ in
            let workspaces = directoryInForce.withLock { directory in
                directory.policy = policy
                return directory.registered
            }
            return registry.adopt(workspaces, policy)
        }
    }

    // MARK: Changes

    /// Makes a change, and waits until it is on disk and in force. It gathers the facts itself, so it may wait for the
    /// name service: do not call it on an event loop or the commit thread.
    package func perform<Op: Operation>(
        _ operation: Op, by changeCaller: ChangeCaller, at now: Instant
    ) throws(Refusal) -> Op.Outcome {
        let facts = DecisionFacts()
        try gather(questions(of: operation, by: changeCaller), into: facts)
        while true {
            let change = PendingOperation(operation, by: changeCaller, at: { now }, facts: facts)
            queue.withLock { $0.arrive(change, deadline: .max) }
            while change.answer == nil { commit() }
            switch change.answer {
            case .done(let outcome): return outcome
            case .refused(let refusal): throw refusal
            case .needs(let questions): try gather(questions, into: facts)
            case nil: continue
            }
        }
    }

    /// The same for a caller with a known account.
    package func perform<Op: Operation>(
        _ operation: Op, by caller: Caller, at now: Instant
    ) throws(Refusal) -> Op.Outcome {
        try perform(operation, by: .caller(caller), at: now)
    }

    /// Makes one of the daemon's own changes.
    ///
    /// - Parameter setsClockBack: as in ``Operation/setsClockBack``.
    @discardableResult
    func change<Decided: Sendable>(
        at now: Instant, setsClockBack: Bool = false,
        _ decide: @escaping @Sendable (inout Decision) throws(Refusal) -> Decided
    ) throws(Refusal) -> Decided {
        let operation = OwnChange(setsClockBack: setsClockBack, body: decide)
        let peer = PeerCredentials(uid: daemon.uid, gid: 0, pid: 0, groups: [])
        return try perform(operation, by: Caller(peer: peer, user: daemon.user, isOperator: true), at: now)
    }

    /// The facts that a change needs, as far as they are known before the decision.
    package func questions<Op: Operation>(of operation: Op, by changeCaller: ChangeCaller) -> Set<FactQuestion> {
        operation.questions.union(changeCaller.questions(in: directory, daemon: daemon))
    }

    /// The source of facts; it may wait for the name service and the disk.
    package var factSource: FactSource { FactSource(accounts: accounts, store: store) }

    private func gather(_ questions: Set<FactQuestion>, into facts: DecisionFacts) throws(Refusal) {
        for question in questions {
            do { facts.learn(question, try factSource.answer(question)) } catch { throw Refusal(error) }
        }
    }

    /// Adds a change to the commit queue, to be made by ``commit()``.
    ///
    /// - Parameters:
    ///   - now: returns the instant of the decision.
    ///   - facts: the facts that were gathered for it.
    ///   - deadline: when it is refused if it still waits, on the clock of ``expireChanges(at:)``.
    ///   - notified: called once, on the thread that commits or expires it.
    package func enqueue<Op: Operation>(
        _ operation: Op, by changeCaller: ChangeCaller, at now: @escaping @Sendable () -> Instant, facts: DecisionFacts,
        deadline: Int64,
        notified: @escaping @Sendable (ChangeAnswer<Op.Outcome>) -> Void
    ) {
        let change = PendingOperation(operation, by: changeCaller, at: now, facts: facts, notified: notified)
        queue.withLock { $0.arrive(change, deadline: deadline) }
    }

    /// How many changes wait to be decided.
    package var waitingChanges: Int { queue.withLock { $0.waitingCount } }

    /// Refuses the waiting changes whose deadline has passed.
    package func expireChanges(at now: Int64) {
        for change in queue.withLock({ $0.expire(at: now) }) {
            change.refuse(.timedOut(.store))
            change.notify()
        }
    }

    // MARK: The commit thread

    /// Decides waiting changes, writes them as one group and applies it. At least one waiting change is answered, or
    /// needs facts.
    ///
    /// - Parameter beforeAnswers: called when the group has ended, before its callers are answered.
    package func commit(beforeAnswers: () -> Void = {}) {
        let ended = lastWriter.withLock { commitGroup(&$0) }
        guard !ended.isEmpty else { return }
        beforeAnswers()
        for change in ended { change.notify() }
    }

    /// The position of the last transaction in force. The first one of this process has position 1.
    package var position: Int64 { lastWriter.withLock { $0.position } }

    /// Applies a transaction that was decided elsewhere and is on disk, by another host with the same store.
    ///
    /// - Parameter position: its position. Nothing happens unless it follows the last transaction in force.
    /// - Returns: whether it is in force.
    package func apply(_ changes: Changes, at position: Int64) -> Bool {
        lastWriter.withLock { writer in
            guard position == writer.position + 1 else { return position <= writer.position }
            // Each host has its own ledger slots.
            var group = [changes]
            for index in group[0].keys.indices { group[0].keys[index].ledger = nil }
            for index in group[0].allowances.indices { group[0].allowances[index].ledger = nil }
            registry.allocatePlaces(for: &group)
            putInForce(group[0])
            writer.follow(group[0])
            publish(group)
            return true
        }
    }

    private typealias Staged = (change: any PendingChange, transaction: Transaction)

    private func commitGroup(_ writer: inout Transaction.Writer) -> [any PendingChange] {
        var (group, ended) = decideGroup(after: writer)
        defer { queue.withLock { $0.groupEnded() } }
        guard let last = group.last?.transaction.writer else { return ended }
        ended += group.map(\.change)
        var changes = group.map(\.transaction.changes)
        registry.allocatePlaces(for: &changes)
        do {
            try write { [changes] () throws(StoreFault) in try store.commit(changes) }
        } catch {
            registry.releasePlaces(of: changes)
            for staged in group { staged.change.refuse(Refusal(error)) }
            return ended
        }
        for (staged, changes) in zip(group, changes) {
            putInForce(changes) { staged.change.settle(in: $0) }
        }
        writer = last
        publish(changes)
        return ended
    }

    /// Decides changes until no other can join the group. Returns the group, and the changes that ended without it.
    private func decideGroup(after writer: Transaction.Writer) -> (group: [Staged], ended: [any PendingChange]) {
        let basis = DecisionBasis(
            registry: registry, peppers: peppers, requests: requests, directory: directory, bars: bars.withLock { $0 },
            debts: debts, daemon: daemon)
        var (group, ended): ([Staged], [any PendingChange]) = ([], [])
        var last = writer
        while let change = queue.withLock({ $0.next() }) {
            guard let transaction = change.decide(by: basis, after: last) else {
                queue.withLock { $0.leave() }
                ended.append(change)
                continue
            }
            guard queue.withLock({ $0.stage(transaction.conflictKeys) }) else { continue }
            last = transaction.writer
            group.append((change, transaction))
        }
        return (group, ended)
    }

    private func putInForce(_ changes: Changes, settle: (borrowing RegistryState) -> Void = { _ in }) {
        requests.apply(changes)
        if changes.acknowledgesTrail { bars.withLock { ($0.trail, $0.hasLoss) = (nil, false) } }
        var workspaces: [RegisteredWorkspace]?
        if changes.changesDirectory {
            workspaces = directoryInForce.withLock { directory in
                directory.apply(changes)
                return directory.registered
            }
        }
        registry.apply(changes, workspaces: workspaces, settle: settle)
    }

    /// Notes the end of the chain, stores it outside the database, and passes the entries on.
    private func publish(_ group: [Changes]) {
        guard let last = group.lazy.compactMap(\.audit.last).last else { return }
        newest.store(last.seq, ordering: .releasing)
        // After a crash the head beside the pepper may lag behind the database; it is never ahead.
        try? headStorage.write(AuditHead(seq: last.seq, hash: last.hash))
        for changes in group { changes.audit.forEach(onAudit) }
    }

    // MARK: Writing

    /// Writes, and remembers the outcome. After the store has failed, nothing more is written: only a restart can find
    /// out what of the last write is on disk.
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

    /// Changes and usage are written by different threads: a success of one does not end a failure of the other.
    private func noteHealth(_ news: StoreHealth) {
        health.withLock { health in
            if case .failed = health { return }
            health = news
        }
    }

    /// Deletes hours of usage before `hour`, at most `limit` of them. Whether none is left.
    func forgetUsage(before hour: Int64, limit: Int) throws(StoreFault) -> Bool {
        try lastWriter.withLock { _ throws(StoreFault) in
            var isDone = false
            try write { () throws(StoreFault) in isDone = try store.forgetUsage(before: hour, limit: limit) }
            return isDone
        }
    }

    /// Copies the write-ahead log into the database.
    package func checkpoint() throws(StoreFault) {
        try lastWriter.withLock { _ throws(StoreFault) in
            try write { () throws(StoreFault) in try store.checkpoint() }
        }
    }
}

/// Whether the store accepts writes.
package enum StoreHealth: Hashable, Sendable {
    case writable
    /// It may be temporary.
    case readOnly
    /// Memory can no longer be trusted to match the disk.
    case failed(StoreFault)
}

/// One of the daemon's own changes.
private struct OwnChange<Decided: Sendable>: Operation {
    var setsClockBack: Bool
    var body: @Sendable (inout Decision) throws(Refusal) -> Decided

    func decide(_ decision: inout Decision) throws(Refusal) -> Decided { try body(&decision) }

    func outcome(_ decided: Decided, in state: borrowing RegistryState, at now: Instant) -> Decided { decided }
}
