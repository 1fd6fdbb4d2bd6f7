/// The reason why an authority cannot start. Each needs an operator: a restart does not help.
package enum AuthorityFault: Error, Hashable, Sendable {
    /// A pepper of stored keys is missing.
    case pepperMissing
    /// A pepper was removed, and keys with digests under it may still verify.
    case pepperStillNeeded
    /// Workspaces have plans that the catalogue lacks.
    case plansMissing([String])
    case store(StoreFault)
}

/// The parts of an authority.
package struct AuthorityParts: Sendable {
    package var store: any KeyStore
    package var peppers: PepperSet
    package var policy: Policy
    package var accounts: any AccountDirectory
    package var headStorage: any AuditHeadStorage
    /// The daemon's own account, the actor of its own changes.
    package var daemon: Actor
    /// The storage of usage counts.
    package var ledger: any UsageLedger
    /// The storage of what was spent of allowances.
    package var allowanceLedger: any UsageLedger
    package var renderer: ReplyRenderer
    package var renderDetails: AuditChain.DetailsRenderer
    /// Nanoseconds since some moment; it divides long reads into parts.
    package var nanoseconds: @Sendable () -> Int64
    /// Milliseconds on the boot-time clock, for windows of limits.
    package var bootTime: @Sendable () -> Int64
    package var onAudit: @Sendable (AuditRecord) -> Void

    package init(
        store: any KeyStore, peppers: PepperSet, policy: Policy, accounts: any AccountDirectory,
        headStorage: any AuditHeadStorage, daemon: Actor, ledger: any UsageLedger = UsageMemory(),
        allowanceLedger: any UsageLedger = UsageMemory(), renderer: ReplyRenderer,
        renderDetails: @escaping AuditChain.DetailsRenderer,
        nanoseconds: @escaping @Sendable () -> Int64 = { 0 }, bootTime: @escaping @Sendable () -> Int64 = { 0 },
        onAudit: @escaping @Sendable (AuditRecord) -> Void
    ) {
        self.store = store
        self.peppers = peppers
        self.policy = policy
        self.accounts = accounts
        self.headStorage = headStorage
        self.daemon = daemon
        self.ledger = ledger
        self.allowanceLedger = allowanceLedger
        self.renderer = renderer
        self.renderDetails = renderDetails
        self.nanoseconds = nanoseconds
        self.bootTime = bootTime
        self.onAudit = onAudit
    }
}

extension Authority {
    /// Loads everything, checks the pepper and the plans against it, and writes what a first start lacks.
    ///
    /// `progress` gets the number of loaded keys, every ``progressStep`` keys.
    package static func start(
        _ parts: AuthorityParts, state: StoredState, at now: Instant, progress: (Int) -> Void = { _ in }
    ) throws(AuthorityFault) -> Authority {
        let renamings = WorkspaceName.renamings(of: state.workspaces)
        let directory = Directory(
            policy: parts.policy, workspaces: state.workspaces + renamings.map(\.record), grants: state.grants)
        let missing = directory.plansMissing(from: parts.policy)
        guard missing.isEmpty else { throw .plansMissing(missing) }
        let removed = state.peppers.filter(parts.peppers.hasRemoved)
        guard state.peppers.allSatisfy({ parts.peppers.has($0) || removed.contains($0) }) else { throw .pepperMissing }

        // Keys for the seals of rows. They reveal nothing about the peppers.
        parts.store.sealKeys(
            with: Dictionary(
                parts.peppers.all.map { ($0.id, $0.derived(for: "keyward key rows 1")) },
                uniquingKeysWith: { first, _ in first }),
            without: Set(removed.map(\.id)))
        let registry = KeyRegistry(
            ledger: parts.ledger, allowanceLedger: parts.allowanceLedger, renderer: parts.renderer,
            clock: parts.nanoseconds, bootTime: parts.bootTime)
        registry.adopt(directory.registered, directory.policy)
        try load(state, into: registry, from: parts.store, progress)
        guard !registry.mayVerify(under: Set(removed.map(\.id)), at: now) else { throw .pepperStillNeeded }
        let head = state.auditHead.map { AuditHead(seq: $0.seq, hash: $0.hash) } ?? .start
        let kept = parts.headStorage.keptEnd
        let committer = Committer(
            registry: registry, store: parts.store, accounts: parts.accounts, peppers: parts.peppers,
            headStorage: parts.headStorage, daemon: parts.daemon, directory: directory,
            debts: StartDebts(
                peppers: state.peppers, removedPeppers: removed.filter { !$0.isRemoved }, renamings: renamings),
            writer: Transaction.Writer(
                chain: AuditChain(head: head, pepper: parts.peppers.current, render: parts.renderDetails),
                lastKeyNumber: state.lastKeyNumber,
                lastWorkspaceNumber: state.workspaces.map(\.number).max() ?? 0,
                lastAllowanceNumber: state.allowances.last?.number ?? 0),
            requests: RequestLog(state.requests),
            bars: WriteBars(trail: .ofStart(entries: head.seq, kept: kept), hasLoss: state.hasLoss),
            onAudit: parts.onAudit)
        let authority = Authority(
            parts, registry: registry, committer: committer, auditKeys: parts.peppers.auditKeys(state.peppers))
        if committer.writeBar == nil { try authority.completeStart(head, kept, at: now) }
        return authority
    }

    private static func load(
        _ state: StoredState, into registry: KeyRegistry, from store: any KeyStore, _ progress: (Int) -> Void
    ) throws(AuthorityFault) {
        let replaced: [KeyLedgerSlot]
        let moved = registry.load(state.allowances)
        do {
            var count = 0
            replaced = try registry.load(try store.countKeys(), state.openHours, state.lastRefusals) {
                (load) throws(StoreFault) in
                try store.loadKeys { key in
                    load(key)
                    count += 1
                    if count % progressStep == 0 { progress(count) }
                }
            }
        } catch {
            throw .store(error)
        }
        try storeSlots(of: replaced, in: store, at: state.mark)
        guard !moved.isEmpty else { return }
        var changes = Changes(mark: state.mark)
        changes.allowances = moved
        try storeSlots(changes, in: store)
    }

    private static func storeSlots(_ changes: Changes, in store: any KeyStore) throws(AuthorityFault) {
        do {
            try store.commit(changes)
        } catch {
            // Without space, they are allocated again at the next start.
            if case .cannotWrite = error { return }
            throw .store(error)
        }
    }

    /// Stores the ledger slots that were allocated to keys.
    private static func storeSlots(
        of keys: [KeyLedgerSlot], in store: any KeyStore, at mark: Instant
    ) throws(AuthorityFault) {
        for start in stride(from: 0, to: keys.count, by: 5_000) {
            var changes = Changes(mark: mark)
            changes.places = Array(keys[start..<min(start + 5_000, keys.count)])
            try storeSlots(changes, in: store)
        }
    }

    package static let progressStep = 10_000

    /// Whether the chain that ends in `head` contains the link `kept`.
    private func contains(_ kept: AuditHead, _ head: AuditHead) throws(Refusal) -> Bool {
        guard kept.seq > 0, kept.seq < head.seq else { return kept.seq == 0 || kept == head }
        do {
            let link = try store.auditEntries(matching: AuditQuery(after: kept.seq - 1, limit: 1)).first
            return link?.seq == kept.seq && link?.hash == kept.hash
        } catch {
            throw Refusal(error)
        }
    }

    /// Creates what a first start lacks, and reports if the audit chain has lost its end.
    private func completeStart(_ head: AuditHead, _ kept: KeptEnd, at now: Instant) throws(AuthorityFault) {
        do {
            let isLoss = if case .found(let kept) = kept { try !contains(kept, head) } else { false }
            try committer.change(at: now) { (decision) throws(Refusal) in
                decision.completeStart()
                guard isLoss, case .found(let kept) = kept else { return }
                let details = AuditDetails().adding("expected", .number(kept.seq)).adding("found", .number(head.seq))
                decision.transaction.notes.append(AuditNote(.auditTailMissing, details: details))
            }
            if isLoss { committer.noteLoss() }
        } catch {
            throw .store(.cannotWrite("the first entries could not be written"))
        }
    }
}
