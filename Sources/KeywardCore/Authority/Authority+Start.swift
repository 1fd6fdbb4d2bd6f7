/// Why an authority cannot start. Each needs an operator: starting again does not help.
package enum AuthorityFault: Error, Hashable, Sendable {
    /// Keys were made with a pepper that is not here.
    case pepperMissing
    /// Workspaces have plans that the catalogue lacks.
    case plansMissing([String])
    case store(StoreFault)
}

/// What an authority is built from.
package struct AuthorityParts: Sendable {
    package var store: any KeyStore
    package var peppers: PepperSet
    package var policy: Policy
    package var accounts: any AccountDirectory
    package var headKeeper: any AuditHeadKeeper
    /// The daemon's own account, the actor of what it does by itself.
    package var daemon: Actor
    /// Where usage is counted.
    package var ledger: any UsageLedger
    package var renderer: ReplyRenderer
    package var renderDetails: AuditChain.DetailsRenderer
    package var onAudit: @Sendable (AuditRecord) -> Void

    package init(
        store: any KeyStore, peppers: PepperSet, policy: Policy, accounts: any AccountDirectory,
        headKeeper: any AuditHeadKeeper, daemon: Actor, ledger: any UsageLedger = UsageMemory(),
        renderer: ReplyRenderer, renderDetails: @escaping AuditChain.DetailsRenderer,
        onAudit: @escaping @Sendable (AuditRecord) -> Void
    ) {
        self.store = store
        self.peppers = peppers
        self.policy = policy
        self.accounts = accounts
        self.headKeeper = headKeeper
        self.daemon = daemon
        self.ledger = ledger
        self.renderer = renderer
        self.renderDetails = renderDetails
        self.onAudit = onAudit
    }
}

extension Authority {
    /// Loads everything, checks that the pepper and the plans belong to it, and writes what a first start lacks.
    ///
    /// `progress` is told how many keys are loaded, every ``progressStep`` keys.
    package static func start(
        _ parts: AuthorityParts, state: StoredState, at now: Instant, progress: (Int) -> Void = { _ in }
    ) throws(AuthorityFault) -> Authority {
        let renamings = WorkspaceName.renamings(of: state.workspaces)
        let directory = Directory(
            policy: parts.policy, workspaces: state.workspaces + renamings.map(\.record), grants: state.grants)
        let missing = directory.plansMissing(from: parts.policy)
        guard missing.isEmpty else { throw .plansMissing(missing) }
        guard state.peppers.allSatisfy({ parts.peppers[$0.id]?.check == $0.check }) else { throw .pepperMissing }

        let ring = KeyRing(ledger: parts.ledger, renderer: parts.renderer)
        try load(state, directory, into: ring, from: parts.store, progress)
        let head = state.auditHead.map { AuditHead(seq: $0.seq, hash: $0.hash) } ?? .start
        let authority = Authority(
            ring: ring, store: parts.store, accounts: parts.accounts, peppers: parts.peppers,
            headKeeper: parts.headKeeper, daemon: parts.daemon, directory: directory,
            writer: Writer(
                chain: AuditChain(head: head, pepper: parts.peppers.current, render: parts.renderDetails),
                lastKeyNumber: state.lastKeyNumber,
                lastWorkspaceNumber: state.workspaces.map(\.number).max() ?? 0),
            requests: Dictionary(
                state.requests.map { (RequestKey(workspace: $0.workspace, requestID: $0.requestID), $0) },
                uniquingKeysWith: { _, last in last }),
            onAudit: parts.onAudit)
        try authority.completeStart(state, head, renamings, at: now)
        return authority
    }

    private static func load(
        _ state: StoredState, _ directory: Directory, into ring: KeyRing, from store: any KeyStore,
        _ progress: (Int) -> Void
    ) throws(AuthorityFault) {
        ring.withState { state in
            state.setWorkspaces(directory.contexts)
            state.sweepPolicy = directory.policy.sweeps
        }
        do {
            // One hold of the lock for all keys: nobody else has the ring yet.
            try ring.withState { (state) throws(StoreFault) in
                var count = 0
                state.reserve(try store.countKeys())
                try store.loadKeys { key in
                    state.load(key)
                    count += 1
                    if count % progressStep == 0 { progress(count) }
                }
            }
        } catch {
            throw .store(error)
        }
        let replaced = ring.withState { $0.completeLoad() }
        ring.withState { $0.restore(state.openHours) }
        try storePlaces(of: replaced, in: store, at: state.mark)
    }

    /// Stores the places that keys were given for their usage.
    private static func storePlaces(
        of keys: [KeyPlace], in store: any KeyStore, at mark: Instant
    ) throws(AuthorityFault) {
        do {
            for start in stride(from: 0, to: keys.count, by: 5_000) {
                var changes = Changes(mark: mark)
                changes.places = Array(keys[start..<min(start + 5_000, keys.count)])
                try store.commit(changes)
            }
        } catch {
            // Without room they are given others at the next start.
            if case .cannotWrite = error { return }
            throw .store(error)
        }
    }

    package static let progressStep = 10_000

    /// Whether the chain that ends in `head` has the link `kept`.
    private func contains(_ kept: AuditHead, _ head: AuditHead) throws(Refusal) -> Bool {
        guard kept.seq > 0, kept.seq < head.seq else { return kept.seq == 0 || kept == head }
        do {
            let link = try store.auditEntries(matching: AuditQuery(after: kept.seq - 1, limit: 1)).first
            return link?.seq == kept.seq && link?.hash == kept.hash
        } catch {
            throw refusal(of: error)
        }
    }

    /// Makes what a first start lacks, and tells if the audit chain has lost its end.
    private func completeStart(
        _ state: StoredState, _ head: AuditHead, _ renamings: [WorkspaceName.Renaming], at now: Instant
    ) throws(AuthorityFault) {
        let kept = (try? headKeeper.read()) ?? nil
        do {
            try change(at: now, by: daemon) { (draft, now) throws(Refusal) in
                if state.workspaces.isEmpty { draft.addWorkspace(named: "default", plan: nil, tag: "kw", at: now) }
                draft.store(renamings)
                for pepper in peppers.all where !state.peppers.contains(where: { $0.id == pepper.id }) {
                    draft.changes.peppers.append(pepper.record)
                    draft.notes.append(AuditNote(.pepperAdded))
                }
                if let kept, try !contains(kept, head) {
                    let details = AuditDetails().adding("expected", .number(kept.seq)).adding(
                        "found", .number(head.seq))
                    draft.notes.append(AuditNote(.auditTailMissing, details: details))
                }
            } result: { _, _, _ in
            }
        } catch {
            throw .store(.cannotWrite("the first entries could not be written"))
        }
    }
}
