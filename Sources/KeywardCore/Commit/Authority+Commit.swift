// How a change is made: it waits in the commit queue with its facts, is decided, written with others in one
// transaction, put in force, and then answered.
//
// One thread at a time does all of this, the one that holds `commitState`: in the daemon the commit thread, and for
// what the daemon changes by itself the thread that waits for it. Nobody else decides, so a decision goes by what is in
// force, and nothing changes under it. Nothing can be seen that is not on disk, and a transaction that fails leaves
// nothing to undo.
extension Authority {
    /// Makes a change, and waits until it is on disk and in force. It gathers the facts itself, so it may wait for the
    /// name service: not for an event loop, nor for the commit thread.
    package func perform<Op: Operation>(
        _ operation: Op, by changeCaller: ChangeCaller, at now: Instant
    ) throws(Refusal) -> Op.Outcome {
        let facts = DecisionFacts()
        try gather(questions(of: operation, by: changeCaller), into: facts)
        while true {
            let change = PendingOperation(operation, by: changeCaller, at: { now }, facts: facts)
            commitQueue.withLock { $0.arrive(change, deadline: .max) }
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
            do { facts.learn(question, try factSource.answer(question)) } catch { throw refusal(of: error) }
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
        commitQueue.withLock { $0.arrive(change, deadline: deadline) }
    }

    /// How many changes wait to be decided.
    package var waitingChanges: Int { commitQueue.withLock { $0.waitingCount } }

    /// Refuses the changes whose deadline has come and that were not handed to the store.
    package func expireChanges(at now: Int64) {
        for change in commitQueue.withLock({ $0.expire(at: now) }) {
            change.refuse(.timedOut(.store))
            change.notify()
        }
    }

    /// Decides the changes that wait, writes them as one group and puts it in force. Of those that wait one at least is
    /// answered, or needs facts.
    ///
    /// - Parameter beforeAnswers: called when the group is over, before those who wait are answered.
    package func commit(beforeAnswers: () -> Void = {}) {
        let ended = commitState.withLock { commitGroup(&$0) }
        guard !ended.isEmpty else { return }
        beforeAnswers()
        for change in ended { change.notify() }
    }

    private typealias Staged = (change: any PendingChange, transaction: Transaction)

    private func commitGroup(_ writer: inout Transaction.Writer) -> [any PendingChange] {
        var (group, ended) = decideGroup(after: writer)
        defer { commitQueue.withLock { $0.groupEnded() } }
        guard let last = group.last?.transaction.writer else { return ended }
        ended += group.map(\.change)
        var changes = group.map(\.transaction.changes)
        registry.withState { $0.allocateSlots(for: &changes) }
        do {
            try write { [changes] () throws(StoreFault) in try store.commit(changes) }
        } catch {
            registry.withState { $0.releaseSlots(of: changes) }
            for staged in group { staged.change.refuse(refusal(of: error)) }
            return ended
        }
        for index in group.indices {
            group[index].transaction.changes = changes[index]
            putInForce(group[index])
        }
        writer = last
        newest.store(last.chain.head.seq, ordering: .releasing)
        publish(changes)
        return ended
    }

    /// Decides changes until no other can join the group: those of the group, and those that have ended without it.
    private func decideGroup(after writer: Transaction.Writer) -> (group: [Staged], ended: [any PendingChange]) {
        var (group, ended): ([Staged], [any PendingChange]) = ([], [])
        var last = writer
        while let change = commitQueue.withLock({ $0.next() }) {
            guard let transaction = change.decide(by: self, after: last) else {
                commitQueue.withLock { $0.leave() }
                ended.append(change)
                continue
            }
            guard commitQueue.withLock({ $0.stage(transaction.conflictKeys) }) else { continue }
            last = transaction.writer
            group.append((change, transaction))
        }
        return (group, ended)
    }

    /// Puts a change in force: at once, unless it is a sweep's, whose keys have nothing to do with each other.
    private func putInForce(_ staged: Staged) {
        let (changes, directory) = (staged.transaction.changes, staged.transaction.directory)
        requests.apply(changes)
        if staged.transaction.changesDirectory { directoryInForce.withLock { $0 = directory } }
        if staged.transaction.acknowledgesTrail { bars.withLock { ($0.trail, $0.hasLoss) = (nil, false) } }
        registry.withState { state in
            if staged.transaction.changesDirectory { state.setWorkspaces(directory.contexts) }
            changes.keys.prefix(Self.keysAtOnce).forEach { state.put($0) }
        }
        for slice in changes.keys.dropFirst(Self.keysAtOnce).slices(of: Self.keysAtOnce) {
            registry.withState { state in slice.forEach { state.put($0) } }
        }
        for slice in changes.purged.slices(of: Self.keysAtOnce) {
            registry.withState { state in slice.forEach { state.remove(number: $0) } }
        }
        registry.withState { state in
            for key in changes.keys where key.origin?.firstUsedAt != nil { state.firstUses[key.number] = nil }
            staged.change.settle(in: state)
        }
    }

    /// Keeps the end of the chain outside the database, and passes the entries on.
    private func publish(_ group: [Changes]) {
        guard let last = group.lazy.compactMap(\.audit.last).last else { return }
        // The head beside the pepper may lag by what a crash cuts off; it is never ahead of the database.
        try? headStorage.write(AuditHead(seq: last.seq, hash: last.hash))
        for changes in group { changes.audit.forEach(onAudit) }
    }

    func requireNoBar(passingTrailBar: Bool) throws(Refusal) {
        if let bar = bars.withLock({ passingTrailBar ? $0.files : $0.first }) { throw .barred(bar) }
    }

    func decision(
        for changeCaller: ChangeCaller, _ facts: DecisionFacts, at now: Instant, after writer: Transaction.Writer
    ) -> Decision {
        let directory = directory
        return Decision(
            registry: registry, peppers: peppers, requests: requests, facts: facts, bars: bars.withLock { $0 },
            debts: debts,
            caller: changeCaller.caller(facts, directory, daemon: daemon), now: now,
            transaction: Transaction(changes: Changes(mark: now), directory: directory, writer: writer))
    }
}

/// A change that the daemon makes by itself.
private struct OwnChange<Decided: Sendable>: Operation {
    var setsClockBack: Bool
    var body: @Sendable (inout Decision) throws(Refusal) -> Decided

    func decide(_ decision: inout Decision) throws(Refusal) -> Decided { try body(&decision) }

    func outcome(_ decided: Decided, in state: borrowing RegistryState, at now: Instant) -> Decided { decided }
}
