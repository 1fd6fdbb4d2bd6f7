import Synchronization

/// The keeper of the keys: decides every change, makes it durable, puts it into the ring, and only then tells of it.
///
/// Changes are decided one after another and written in groups (``change(at:by:isAlone:_:result:)``). Nothing is in
/// force or acknowledged that is not on disk.
package final class Authority: Sendable {
    package let ring: KeyRing
    package let store: any KeyStore
    package let accounts: any AccountDirectory
    let peppers: PepperSet
    let headKeeper: any AuditHeadKeeper
    /// What the start has to store.
    let debts: StartDebts
    /// As whom the daemon itself acts.
    package let daemon: Actor
    /// Told of every entry of the audit chain, once it is on disk.
    let onAudit: @Sendable (AuditRecord) -> Void
    private let directoryState: Mutex<Directory>
    private let line: Mutex<ChangeLine>
    /// Held while a group is written and put in force.
    private let turn = Mutex<Void>(())
    /// The requests of the last 30 days; only changes touch it, but it is too large to copy for each.
    private let requests: Mutex<[RequestKey: RequestRecord]>
    private let health = Mutex<StoreHealth>(.writable)
    let bars: Mutex<WriteBars>

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
        headKeeper: any AuditHeadKeeper, daemon: Actor, directory: Directory, debts: StartDebts,
        writer: Writer,
        requests: [RequestKey: RequestRecord], bars: WriteBars, onAudit: @escaping @Sendable (AuditRecord) -> Void
    ) {
        self.ring = ring
        self.store = store
        self.accounts = accounts
        self.peppers = peppers
        self.headKeeper = headKeeper
        self.daemon = daemon
        self.debts = debts
        self.onAudit = onAudit
        directoryState = Mutex(directory)
        line = Mutex(ChangeLine(writer: writer))
        self.requests = Mutex(requests)
        self.bars = Mutex(bars)
    }

    /// The peppers, the current one first.
    package var allPeppers: [Pepper] { peppers.all }

    /// The workspaces, members and policy as of now.
    package var directory: Directory { directoryState.withLock { $0 } }

    /// The number of the newest audit entry that is on disk.
    package var newestEntry: Int64 { line.withLock { $0.stored.chain.head.seq } }

    /// How the last attempt to write ended.
    package var storeHealth: StoreHealth { health.withLock { $0 } }

    /// Whether changes are made: the last attempt to write succeeded, and nothing bars them.
    package var canWrite: Bool { storeHealth == .writable && writeBar == nil }

    /// How many changes are decided and wait to be written.
    package var changesInLine: Int { line.withLock { $0.waitingCount } }

    /// Puts another policy in force. It must have every plan that a workspace has (``Directory/plansMissing(from:)``).
    ///
    /// - Returns: Whether sweeps go by another policy now, so that each may have something to do at another time.
    @discardableResult
    package func adopt(_ policy: Policy) -> Bool {
        // Not while a group is written: one that changes the directory would put the policy back that it began with.
        turn.withLock { _ in
            let isOtherSweeps = line.withLock { line in
                let contexts = directoryState.withLock { directory in
                    directory.policy = policy
                    return directory.contexts
                }
                // What waits was decided under the old policy.
                line.takeBack()
                return ring.withState { state in
                    state.setWorkspaces(contexts)
                    defer { state.sweepPolicy = policy.sweeps }
                    return state.sweepPolicy != policy.sweeps
                }
            }
            // Every key may be due at another time now; verifications go on in between.
            var next = 0
            while isOtherSweeps, ring.withState({ $0.schedule(from: next, atMost: 256) }) { next += 256 }
            return isOtherSweeps
        }
    }

    /// The key that a request made, if it was seen within the last 30 days.
    func request(_ key: RequestKey) -> RequestRecord? { requests.withLock { $0[key] } }

    /// Decides a change, makes it durable and puts it in force; then `result` looks at what came of it.
    ///
    /// Changes that come while others are being written wait together and share the next transaction. Each is decided
    /// against what is in force: one that touches what another on its way touches (``Claim``) is decided only when
    /// that one is in force. So nothing can be seen that is not on disk, and a transaction that fails leaves nothing
    /// to undo: all its changes are refused, and those decided behind them are decided anew.
    ///
    /// - Parameters:
    ///   - now: when it was asked for. It is decided at that instant, or at the later one at which a change was that
    ///     is before it in line: what has happened by then is not to be undone by one who looks at an earlier hour.
    ///   - isAlone: whether `decide` may run but once, with no other change on its way.
    ///   - mayPassTrailBar: whether it is made although the trail's kept end is missing.
    ///   - setsBack: whether it is decided at `now` though others were at a later instant, because the clock goes back.
    func change<Decided: Sendable, R: Sendable>(
        at now: Instant, by actor: Actor, isAlone: Bool = false, mayPassTrailBar: Bool = false, setsBack: Bool = false,
        _ decide: (inout Draft, Instant) throws(Refusal) -> Decided,
        result: @escaping @Sendable (borrowing RingState, Decided, Instant) -> R
    ) throws(Refusal) -> R {
        if let bar = bars.withLock({ mayPassTrailBar ? $0.files : $0.first }) { throw .barred(bar) }
        func takePlace(in line: inout ChangeLine) throws(Refusal) -> Place<R> {
            if isAlone, !line.isEmpty { return .behindAll }
            let now = setsBack ? now : max(now, line.latest)
            var draft = Draft(changes: Changes(mark: now), directory: directory, writer: line.writer)
            let decided = try decide(&draft, now)
            guard draft.changesAnything else {
                return .nothingToDo(ring.withState { state in result(state, decided, now) })
            }
            let claims = isAlone ? [.everything] : draft.claims
            guard line.admits(claims) else { return claims.contains(.everything) ? .behindAll : .behindOthers }
            let change = PendingChange(line.seal(draft, by: actor, at: now)) { result($0, decided, now) }
            line.append(change, claims)
            return .inLine(change)
        }
        while true {
            var place = try line.withLock { (line) throws(Refusal) in try takePlace(in: &line) }
            if case .behindAll = place {
                place = try turn.withLock { _ throws(Refusal) in
                    try withLineToItself { (line) throws(Refusal) in try takePlace(in: &line) }
                }
            }
            switch place {
            case .nothingToDo(let result): return result
            case .behindOthers, .behindAll: turn.withLock { _ in writeGroup() }
            case .inLine(let change):
                // While one group is written the next one gathers; whoever has the turn first writes all of it.
                turn.withLock { _ in if !change.isOver { writeGroup() } }
                if let result = try change.outcome() { return result }
            }
        }
    }

    /// Writes what waits, and hands `body` an empty line. What has come meanwhile is decided anew behind it: a change
    /// that bears no other beside it would wait for ever if it waited for a moment at which nobody else wants anything.
    /// To be called with the turn held.
    private func withLineToItself<R: Sendable>(
        _ body: (inout ChangeLine) throws(Refusal) -> R
    ) throws(Refusal) -> R {
        while true {
            writeGroup()
            let outcome: R? = try line.withLock { (line) throws(Refusal) in
                guard line.takeBackUnlessAlone() else { return nil }
                return try body(&line)
            }
            if let outcome { return outcome }
        }
    }

    private enum Place<R: Sendable> {
        case nothingToDo(R)
        case behindOthers
        /// It bears no other beside it.
        case behindAll
        case inLine(PendingChange<R>)
    }

    /// Writes what waits in line and puts it in force. To be called with the turn held.
    private func writeGroup() {
        let group = line.withLock { $0.takeGroup() }
        guard !group.isEmpty else { return }
        var changes = group.map(\.draft.changes)
        ring.withState { $0.claimPlaces(for: &changes) }
        do {
            try write { [changes] () throws(StoreFault) in try store.commit(changes) }
        } catch {
            ring.withState { $0.releasePlaces(of: changes) }
            line.withLock { $0.groupFailed() }
            return group.forEach { $0.refuse(refusal(of: error)) }
        }
        // Nobody decides meanwhile: a decision sees all of a group in force, or nothing of it.
        line.withLock { line in
            changes.forEach(keepRequests)
            zip(group, changes).forEach(putInForce)
            line.groupIsStored()
        }
        guard let last = changes.lazy.compactMap(\.audit.last).last else { return }
        // The head beside the pepper may lag by what a crash cuts off; it is never ahead of the database.
        try? headKeeper.write(AuditHead(seq: last.seq, hash: last.hash))
        for change in changes { change.audit.forEach(onAudit) }
    }

    /// Puts a change in force: at once, unless it is a sweep's, whose keys have nothing to do with each other.
    private func putInForce(_ change: any ChangeInLine, _ changes: Changes) {
        let directory = change.draft.changesDirectory ? change.draft.directory : nil
        if let directory { directoryState.withLock { $0 = directory } }
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
        ring.withState { change.settle(in: $0) }
    }

    private func keepRequests(of changes: Changes) {
        requests.withLock { requests in
            if let before = changes.forgetRequestsBefore { requests = requests.filter { $0.value.at >= before } }
            if changes.setsBack {
                requests = requests.mapValues { request in
                    var request = request
                    request.at = min(request.at, changes.mark)
                    return request
                }
            }
            for request in changes.requests {
                requests[RequestKey(workspace: request.workspace, requestID: request.requestID)] = request
            }
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

    /// Changes and usage are written by different threads: one that succeeds while the other fails makes nothing good.
    private func noteHealth(_ news: StoreHealth) {
        health.withLock { health in
            if case .failed = health { return }
            health = news
        }
    }

    /// Forgets hours of usage before `hour`, at most `limit` of them. Whether none is left.
    func forgetUsage(before hour: Int64, limit: Int) throws(StoreFault) -> Bool {
        try turn.withLock { _ throws(StoreFault) in
            var isDone = false
            try write { () throws(StoreFault) in isDone = try store.forgetUsage(before: hour, limit: limit) }
            return isDone
        }
    }

    /// Moves what was written ahead into the database itself.
    package func checkpoint() throws(StoreFault) {
        try turn.withLock { _ throws(StoreFault) in
            try write { () throws(StoreFault) in try store.checkpoint() }
        }
    }

    /// What to answer when the store could not do its part.
    func refusal(of fault: StoreFault) -> Refusal {
        switch fault {
        case .cannotWrite:
            .readOnly(
                "The database cannot be written, so nothing was changed. Keys are still verified. "
                    + "Make room in the state folder, then try again.")
        case .exists: .conflict("There is already a file with that name. Choose another name.", keyID: nil)
        case .failed(let reason), .damaged(let reason):
            .failed("The database failed. See the journal.", cause: reason)
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
