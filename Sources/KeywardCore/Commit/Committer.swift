import Synchronization

/// Makes every change: decides it, makes it durable, puts it in force, and only then answers.
///
/// A change waits in the commit queue with the facts that were gathered for it. One thread at a time decides what waits,
/// writes it as a group in one transaction, and applies it: in the daemon the commit thread, and for what the daemon
/// changes by itself the thread that waits for it. Nobody else decides, so a decision goes by what is in force, and
/// nothing changes under it.
///
/// `CommitQueue` says which changes are decided and written together, `Operation` what a change is, `Decision` what it
/// goes by, `Transaction` what it writes. What must hold:
/// - Nothing is in force or acknowledged that is not on disk, and a transaction that fails leaves nothing to undo.
/// - Where decisions are made there is no name service, no file and no SQL.
/// - Each transaction has a position in one sequence, and transactions are put in force in that order, whether they were
///   decided here or elsewhere.
/// - Once the store has failed, nothing is written any more: only a new start can tell what of the last write is on disk.
package final class Committer: Sendable {
    private let registry: KeyRegistry
    private let store: any KeyStore
    private let accounts: any AccountDirectory
    private let peppers: PepperSet
    private let headStorage: any AuditHeadStorage
    /// What the start has to store.
    private let debts: StartDebts
    /// As whom the daemon itself acts.
    private let daemon: Actor
    /// Called with every entry of the audit chain, once it is on disk.
    private let onAudit: @Sendable (AuditRecord) -> Void
    private let requests: RequestLog
    private let directoryInForce: Mutex<Directory>
    private let queue = Mutex(CommitQueue<any PendingChange>())
    /// Held while changes are decided, written and put in force.
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

    /// How the last attempt to write ended.
    package var storeHealth: StoreHealth { health.withLock { $0 } }

    /// Whether changes are made: the last attempt to write succeeded, and nothing bars them.
    package var canWrite: Bool { storeHealth == .writable && writeBar == nil }

    /// Why no change is made although the store could take it; `nil` if changes are made.
    package var writeBar: WriteBar? { bars.withLock { $0.first } }

    /// Whether the trail tells of lost entries, and not that an operator knows of it.
    package var hasUnacknowledgedLoss: Bool { bars.withLock { $0.hasLoss } }

    /// Refuses changes while files are not what they were; `nil` lifts that.
    package func bar(files: WriteBar?) { bars.withLock { $0.files = files } }

    /// An entry that is on disk tells of lost entries.
    func noteLoss() { bars.withLock { $0.hasLoss = true } }

    /// Puts another policy in force. It must have every plan that a workspace has (``Directory/plansMissing(from:)``).
    ///
    /// - Returns: Whether sweeps go by another policy now, so that each may have something to do at another time.
    @discardableResult
    package func adopt(_ policy: Policy) -> Bool {
        // Not while a group is decided: all its changes go by one policy.
        lastWriter.withLock { _ in
            let workspaces = directoryInForce.withLock { directory in
                directory.policy = policy
                return directory.registered
            }
            return registry.adopt(workspaces, policy.sweeps)
        }
    }

    // MARK: Changes

    /// Makes a change, and waits until it is on disk and in force. It gathers the facts itself, so it may wait for the
    /// name service: not for an event loop, nor for the commit thread.
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

    /// The same for a caller whose account is known.
    package func perform<Op: Operation>(
        _ operation: Op, by caller: Caller, at now: Instant
    ) throws(Refusal) -> Op.Outcome {
        try perform(operation, by: .caller(caller), at: now)
    }

    /// Makes a change of the daemon's own.
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

    /// The facts that a change will need, as far as that can be told before it is decided.
    package func questions<Op: Operation>(of operation: Op, by changeCaller: ChangeCaller) -> Set<FactQuestion> {
        operation.questions.union(changeCaller.questions(in: directory, daemon: daemon))
    }

    /// What answers questions; it may wait for the name service and the disk.
    package var factSource: FactSource { FactSource(accounts: accounts, store: store) }

    private func gather(_ questions: Set<FactQuestion>, into facts: DecisionFacts) throws(Refusal) {
        for question in questions {
            do { facts.learn(question, try factSource.answer(question)) } catch { throw Refusal(error) }
        }
    }

    /// Puts a change in the commit queue, to be made by ``commit()``.
    ///
    /// - Parameters:
    ///   - now: the instant that decides, when it is asked.
    ///   - facts: what was gathered for it.
    ///   - deadline: when it is refused if it still waits, by the clock of ``expireChanges(at:)``.
    ///   - notified: called once, by whoever commits or expires it.
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

    /// Refuses the changes whose deadline has come and that were not handed to the store.
    package func expireChanges(at now: Int64) {
        for change in queue.withLock({ $0.expire(at: now) }) {
            change.refuse(.timedOut(.store))
            change.notify()
        }
    }

    // MARK: The commit thread

    /// Decides the changes that wait, writes them as one group and puts it in force. Of those that wait one at least is
    /// answered, or needs facts.
    ///
    /// - Parameter beforeAnswers: called when the group is over, before those who wait are answered.
    package func commit(beforeAnswers: () -> Void = {}) {
        let ended = lastWriter.withLock { commitGroup(&$0) }
        guard !ended.isEmpty else { return }
        beforeAnswers()
        for change in ended { change.notify() }
    }

    /// The position of the last transaction in force. The first that this process has put in force has 1.
    package var position: Int64 { lastWriter.withLock { $0.position } }

    /// Puts a transaction in force that was decided elsewhere and is on disk: another host's, over the same store.
    ///
    /// - Parameter position: its position. Nothing is done unless it follows the last transaction in force.
    /// - Returns: whether it is in force.
    package func apply(_ changes: Changes, at position: Int64) -> Bool {
        lastWriter.withLock { writer in
            guard position == writer.position + 1 else { return position <= writer.position }
            // Where its usage is counted is each host's own affair.
            var group = [changes]
            for index in group[0].keys.indices { group[0].keys[index].ledger = nil }
            registry.allocatePlaces(for: &group)
            putInForce(group[0])
            writer.follow(group[0])
            newest.store(writer.chain.head.seq, ordering: .releasing)
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
        newest.store(last.chain.head.seq, ordering: .releasing)
        publish(changes)
        return ended
    }

    /// Decides changes until no other can join the group: those of the group, and those that have ended without it.
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

    /// Keeps the end of the chain outside the database, and passes the entries on.
    private func publish(_ group: [Changes]) {
        guard let last = group.lazy.compactMap(\.audit.last).last else { return }
        // The head beside the pepper may lag by what a crash cuts off; it is never ahead of the database.
        try? headStorage.write(AuditHead(seq: last.seq, hash: last.hash))
        for changes in group { changes.audit.forEach(onAudit) }
    }

    // MARK: Writing

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
        try lastWriter.withLock { _ throws(StoreFault) in
            var isDone = false
            try write { () throws(StoreFault) in isDone = try store.forgetUsage(before: hour, limit: limit) }
            return isDone
        }
    }

    /// Moves what was written ahead into the database itself.
    package func checkpoint() throws(StoreFault) {
        try lastWriter.withLock { _ throws(StoreFault) in
            try write { () throws(StoreFault) in try store.checkpoint() }
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

/// A change that the daemon makes by itself.
private struct OwnChange<Decided: Sendable>: Operation {
    var setsClockBack: Bool
    var body: @Sendable (inout Decision) throws(Refusal) -> Decided

    func decide(_ decision: inout Decision) throws(Refusal) -> Decided { try body(&decision) }

    func outcome(_ decided: Decided, in state: borrowing RegistryState, at now: Instant) -> Decided { decided }
}
