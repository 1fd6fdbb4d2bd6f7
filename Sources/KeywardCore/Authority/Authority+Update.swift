/// What a caller asks to change of a key. `nil` keeps; in the doubly optional ones an inner `nil` clears.
package struct KeyUpdate: Sendable {
    package var name: String?
    package var owner: OwnerRecord??
    package var purpose: String??
    package var scopes: [String]?
    package var metadata: String?
    package var expiresAt: Instant??

    package init(
        name: String? = nil, owner: OwnerRecord?? = nil, purpose: String?? = nil, scopes: [String]? = nil,
        metadata: String? = nil, expiresAt: Instant?? = nil
    ) {
        self.name = name
        self.owner = owner
        self.purpose = purpose
        self.scopes = scopes
        self.metadata = metadata
        self.expiresAt = expiresAt
    }
}

extension Authority {
    /// Changes what is told of a live key.
    package func updateKey(
        _ reference: KeyReference, workspace: String?, _ update: KeyUpdate, isConfirmed: Bool = false,
        by caller: Caller, at now: Instant
    ) throws(Refusal) -> (KeyView, [Advice]) {
        let owner = (update.owner ?? nil)?.principal.map(roles.owner)
        return try change(at: now, by: caller.actor) { (draft, now) throws(Refusal) in
            let key = try locate(reference, workspace: workspace, for: caller, needs: .admin, at: now)
            let plan = draft.directory.plan(of: key.workspace)
            var record = key.record
            let isExtended = update.expiresAt.map { $0 ?? .distantFuture > record.expiresAt ?? .distantFuture } ?? false
            if isExtended { _ = try draft.planWithAccess(of: key.workspace) }
            if update.expiresAt != nil { try requireOneKey(reference, key, at: now) }
            try requireLive(key, at: now)
            if isExtended { try requireRoom(in: key.workspace, plan, at: now) }
            if let name = update.name, name != record.name { try requireFree(name, in: key.workspace, at: now) }
            var details = AuditDetails()
            if let end = update.expiresAt { try Self.setExpiry(end, of: &record, plan, at: now, &details) }
            if let name = update.name, name != record.name { try rename(&draft, &record, key, to: name, now, &details) }
            try draft.check(owner)
            try Self.setFacts(update, of: &record, plan, &details)
            if !isConfirmed { try settleExpiry(of: key, record.expiresAt, at: now) }
            if record != key.record { draft.add(record, .keyUpdated, in: key.workspace, details) }
            return (key.index, key.role, draft.advice)
        } result: { state, decided, now in
            (state.view(at: decided.0, now: now, role: decided.1), decided.2)
        }
    }

    /// Refuses a key that is over.
    func requireLive(_ key: LocatedKey, at now: Instant) throws(Refusal) {
        let status = ring.withState { $0.status(at: key.index, now: now) }
        if status.isTerminal {
            throw .invalidState("This key is \(status.rawValue), which is final. Create a new key instead.", status)
        }
    }

    private static func setExpiry(
        _ end: Instant?, of record: inout KeyRecord, _ plan: Plan, at now: Instant, _ details: inout AuditDetails
    ) throws(Refusal) {
        guard end != record.expiresAt else { return }
        // A shorter life needs no plan's leave, only a day that is to come.
        let isExtended = end ?? .distantFuture > record.expiresAt ?? .distantFuture
        try checkExpiry(end, purpose: "", isExtended ? plan : Plan(apiAccess: true), at: now)
        record.expiresAt = end
        record.lifetime = end.map { $0 - now }
        record.told.noticedDays = 0
        if let end { details.add("expiresAt", .instant(end)) } else { details.add("expires", .flag(false)) }
    }

    /// In an open rotation the other end may go on for longer, or none may be left.
    private func settleExpiry(of key: LocatedKey, _ end: Instant?, at now: Instant) throws(Refusal) {
        guard end != key.record.expiresAt, let rotation = rotation(of: key, at: now) else { return }
        var after = rotation.ends
        after[rotation.end].expiresAt = end ?? .distantFuture
        let doubts = rotation.doubts(about: rotation.end, after, at: now)
        if !doubts.isEmpty { throw .confirmationRequired(doubts) }
    }

    /// Gives the key, and the other end of its open rotation, another name.
    private func rename(
        _ draft: inout Draft, _ record: inout KeyRecord, _ key: LocatedKey, to name: String, _ now: Instant,
        _ details: inout AuditDetails
    ) throws(Refusal) {
        try draft.checkName(name, accounts: accounts)
        let names = AuditDetails().adding("formerName", .text(record.name)).adding("name", .text(name))
        for (member, value) in names.members { details.add(member, value) }
        record.name = name
        guard let rotation = rotation(of: key, at: now) else { return }
        var other = rotation.end == .predecessor ? rotation.successor : rotation.predecessor
        other.name = name
        draft.add(other, .keyUpdated, in: key.workspace, names)
    }

    private static func setFacts(
        _ update: KeyUpdate, of record: inout KeyRecord, _ plan: Plan, _ details: inout AuditDetails
    ) throws(Refusal) {
        if let owner = update.owner {
            record.owner = owner
            details.add("owner", .text(owner?.name ?? owner?.contact ?? owner?.principal ?? ""))
        }
        if let purpose = update.purpose {
            if purpose == nil, plan.requirePurpose {
                throw .policyViolation("The plan requires a purpose. Say what the key is for.", param: "purpose")
            }
            record.purpose = purpose
            details.add("purpose", .text(purpose ?? ""))
        }
        if let scopes = update.scopes {
            record.scopes = scopes
            details.add("scopes", .texts(scopes))
        }
        if let metadata = update.metadata, metadata != record.metadata {
            record.metadata = metadata
            details.add("metadata", .flag(true))
        }
    }
}
