/// What a caller asks for when creating a key.
package struct NewKey: Sendable {
    package var name: String
    package var workspace: String?
    package var expiresAt: Instant?
    package var owner: OwnerRecord?
    package var purpose: String?
    package var scopes: [String]
    package var metadata: String
    package var requestID: String?

    package init(
        name: String, workspace: String? = nil, expiresAt: Instant? = nil, owner: OwnerRecord? = nil,
        purpose: String? = nil, scopes: [String] = [], metadata: String = "{}", requestID: String? = nil
    ) {
        self.name = name
        self.workspace = workspace
        self.expiresAt = expiresAt
        self.owner = owner
        self.purpose = purpose
        self.scopes = scopes
        self.metadata = metadata
        self.requestID = requestID
    }
}

/// A key that was made, with its secret, which is nowhere else.
package struct CreatedKey: Sendable {
    package var key: KeyView
    package var secret: ShownSecret
    /// After a rotation: the key that it replaces.
    package var retiring: KeyView?
    package var advice: [Advice]
}

extension Authority {
    /// Creates a key.
    package func createKey(
        _ new: NewKey, by caller: Caller, at now: Instant, using generator: inout some RandomNumberGenerator
    ) throws(Refusal) -> CreatedKey {
        var secret: ShownSecret?
        let owner = new.owner?.principal.map(roles.owner)
        let (view, advice) = try change(at: now, by: caller.actor) { (draft, now) throws(Refusal) in
            let (workspace, role) = try draft.directory.workspace(
                named: new.workspace, for: caller, roles, needs: .admin)
            let plan = try draft.planWithAccess(of: workspace)
            try requireRoom(in: workspace, plan, adding: 1, at: now)
            try remember(new.requestID, in: workspace, &draft, at: now)
            try requireFree(new.name, in: workspace, at: now)
            try draft.checkName(new.name, accounts: accounts)
            try draft.check(owner)
            try Self.checkExpiry(new.expiresAt, purpose: new.purpose, plan, at: now)

            let minted = mint(tag: workspace.tag, using: &generator)
            var record = newRecord(
                &draft, name: new.name, in: workspace, minted, by: caller, at: now, using: &generator)
            record.expiresAt = new.expiresAt
            record.lifetime = new.expiresAt.map { $0 - now }
            record.owner = new.owner
            record.purpose = new.purpose
            record.scopes = new.scopes
            record.metadata = new.metadata
            draft.add(record, .keyCreated, in: workspace, Self.details(of: record))
            secret = minted.show()
            return (record.number, role, draft.advice)
        } result: { state, decided, now in
            (state.view(at: state.index(ofNumber: decided.0)!, now: now, role: decided.1), decided.2)
        }
        return CreatedKey(key: view, secret: secret!, advice: advice)
    }

    /// Mints until the prefix is one that no key has.
    func mint(tag: String, using generator: inout some RandomNumberGenerator) -> MintedKey {
        while true {
            let minted = MintedKey(tag: tag, using: &generator)
            let prefix = minted.prefix
            if !ring.withState({ $0.hasPrefix(prefix) }) { return minted }
        }
    }

    func newRecord(
        _ draft: inout Draft, name: String, in workspace: WorkspaceRecord, _ minted: borrowing MintedKey,
        by caller: Caller, at now: Instant, using generator: inout some RandomNumberGenerator
    ) -> KeyRecord {
        draft.writer.lastKeyNumber += 1
        let record = KeyRecord(
            number: draft.writer.lastKeyNumber, id: ULID.keyID(at: now, using: &generator),
            workspace: workspace.number, name: name, prefix: minted.prefix,
            digest: minted.digest(under: peppers.current), pepper: peppers.current.id, createdAt: now,
            createdBy: caller.actor)
        draft.noteRequest(key: record.number)
        return record
    }

    /// How long a `requestId` is remembered.
    static let requestWindow: Instant.Span = .days(30)

    /// Refuses a `requestId` that made a key within the window; notes a new one.
    func remember(
        _ requestID: String?, in workspace: WorkspaceRecord, _ draft: inout Draft, at now: Instant
    ) throws(Refusal) {
        guard let requestID else { return }
        let seen = request(RequestKey(workspace: workspace.number, requestID: requestID))
        if let seen, now - seen.at < Self.requestWindow {
            throw .conflict(
                "This request ID was already used. If the secret of its key was lost, rotate that key.",
                keyID: ring.withState { $0.record(number: seen.key)?.id })
        }
        draft.changes.requests.append(
            RequestRecord(workspace: workspace.number, requestID: requestID, key: 0, at: now))
    }

    /// Refuses a name that a live key of the workspace has.
    func requireFree(_ name: String, in workspace: WorkspaceRecord, at now: Instant) throws(Refusal) {
        let holder: KeyRecord? = ring.withState { state in
            state.liveKeys(named: name, inWorkspace: workspace.number, now: now).last.flatMap { state.records[$0] }
        }
        if let holder {
            throw .conflict(
                "Name already in use by \(holder.prefix). Choose another name, or rotate that key.",
                keyID: holder.id)
        }
    }

    /// The plan's word on a key's expiry and purpose.
    static func checkExpiry(
        _ expiresAt: Instant?, purpose: String?, _ plan: Plan, at now: Instant
    ) throws(Refusal) {
        if let expiresAt, expiresAt <= now {
            throw .policyViolation("The expiry is in the past. Choose a future date.", param: "expiresAt")
        }
        if expiresAt == nil, plan.requireExpiry {
            throw .policyViolation("The plan requires an expiry. Set expiresAt.", param: "expiresAt")
        }
        if let days = plan.maxLifetimeDays, (expiresAt ?? .distantFuture) > now + .days(days) {
            throw .policyViolation("The plan allows a lifetime of at most \(days) days.", param: "expiresAt")
        }
        if purpose == nil, plan.requirePurpose {
            throw .policyViolation("The plan requires a purpose. Say what the key is for.", param: "purpose")
        }
    }

    static func details(of record: KeyRecord) -> AuditDetails {
        AuditDetails()
            .adding("name", .text(record.name)).adding("prefix", .text(record.prefix))
            .adding("expiresAt", record.expiresAt.map { .instant($0) })
            .adding("owner", record.owner?.name.map { .text($0) })
            .adding("purpose", record.purpose.map { .text($0) })
            .adding("scopes", record.scopes.isEmpty ? nil : .texts(record.scopes))
    }
}

extension Draft {
    /// Adds a key's new row and the entry that tells of it.
    mutating func add(
        _ record: KeyRecord, _ action: AuditNote.Action, in workspace: WorkspaceRecord,
        _ details: AuditDetails = AuditDetails()
    ) {
        changes.keys.append(record)
        let named = details.naming(record.name, record.prefix)
        notes.append(AuditNote(action, workspace: workspace.name, keyID: record.id, details: named))
    }

    /// The workspace's plan, if it has API access.
    func planWithAccess(of workspace: WorkspaceRecord) throws(Refusal) -> Plan {
        let plan = directory.plan(of: workspace)
        guard plan.apiAccess else { throw .upgradeRequired(plan: workspace.plan, upgradeURL: plan.upgradeURL) }
        return plan
    }

    /// Ties the request that is being remembered to the key that it makes.
    mutating func noteRequest(key: Int64) {
        for index in changes.requests.indices { changes.requests[index].key = key }
    }

    /// An owner that is no account draws advice; one that is nobody for long is refused, as in a grant.
    mutating func check(_ owner: OwnerAccount?) throws(Refusal) {
        switch owner {
        case .known, nil: break
        case .unknown(let principal): advice.append(.ownerUnknown(principal))
        case .refused(let refusal): throw refusal
        }
    }

    /// The naming rules; a name that looks personal draws advice or is refused, as the policy says.
    mutating func checkName(_ name: String, accounts: any AccountDirectory) throws(Refusal) {
        if let fault = KeyName.fault(in: name) { throw .policyViolation(fault, param: "name") }
        guard let trait = KeyName.personalTrait(of: name, people: accounts.humanNames()) else { return }
        if directory.policy.personalNames == .refuse {
            throw .policyViolation(
                "The name seems to hold \(trait). Use a name with purpose and environment only.", param: "name")
        }
        advice.append(.nameLooksPersonal(trait))
    }
}
