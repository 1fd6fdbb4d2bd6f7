/// The common input of all decisions of a group.
struct DecisionBasis {
    let registry: KeyRegistry
    let peppers: PepperSet
    let requests: RequestLog
    let directory: Directory
    /// Why changes are refused now.
    let bars: WriteBars
    /// What the start must store.
    let debts: StartDebts
    /// The actor of the daemon's own changes.
    let daemon: Actor

    /// Refuses every change while there is a bar.
    func requireNoBar(passingTrailBar: Bool) throws(Refusal) {
        if let bar = passingTrailBar ? bars.files : bars.first { throw .barred(bar) }
    }
}

/// A change during its decision: the input, and what it will write.
///
/// There is no name service, no file and no SQL here: `facts` has their answers.
package struct Decision {
    private let basis: DecisionBasis
    let facts: DecisionFacts
    let caller: Caller
    /// The instant of the decision: now, or the later instant at which an earlier change was decided. A change with an
    /// earlier instant does not undo what has happened by then.
    let now: Instant
    var transaction: Transaction

    init(
        _ basis: DecisionBasis, for changeCaller: ChangeCaller, _ facts: DecisionFacts, at now: Instant,
        after writer: Transaction.Writer
    ) {
        (self.basis, self.facts, self.now) = (basis, facts, now)
        caller = changeCaller.caller(facts, basis.directory, daemon: basis.daemon)
        transaction = Transaction(changes: Changes(mark: now), directory: basis.directory, writer: writer)
    }

    var registry: KeyRegistry { basis.registry }
    var peppers: PepperSet { basis.peppers }
    var requests: RequestLog { basis.requests }
    var bars: WriteBars { basis.bars }
    var debts: StartDebts { basis.debts }
    var directory: Directory { transaction.directory }
    var roles: Roles { Roles(directory: directory, accounts: facts) }
    var locator: KeyLocator { KeyLocator(registry: registry, directory: directory, accounts: facts) }

    /// Finds the key that the caller means; the caller needs a role in its workspace.
    func locate(
        _ reference: KeyReference, workspace: String?, needs need: Need
    ) throws(Refusal) -> LocatedKey {
        try locator.locate(reference, workspace: workspace, for: caller, needs: need, at: now)
    }

    func workspace(named name: String?, needs need: Need) throws(Refusal) -> (WorkspaceRecord, Role) {
        try directory.workspace(named: name, for: caller, roles, needs: need)
    }

    /// A key's record with the changes of the transaction so far.
    func record(of key: LocatedKey) -> KeyRecord { record(number: key.record.number) ?? key.record }

    /// The same for a key by its number; `nil` if there is none.
    func record(number: Int64) -> KeyRecord? {
        transaction.changes.keys.last { $0.number == number } ?? registry.read { $0.record(number: number) }
    }

    func status(of key: LocatedKey) -> KeyStatus { registry.read { $0.status(at: key.index, now: now) } }

    /// The workspace's plan, if it has API access.
    func planWithAccess(of workspace: WorkspaceRecord) throws(Refusal) -> Plan {
        let plan = directory.plan(of: workspace)
        guard plan.apiAccess else { throw .upgradeRequired(plan: workspace.plan, upgradeURL: plan.upgradeURL) }
        return plan
    }

    /// Refuses callers that are not operators.
    func requireOperator() throws(Refusal) {
        try caller.requireOperator(group: directory.policy.operatorGroup)
    }
}

// Common requirements of operations on keys.
extension Decision {
    /// Refuses a name that two live keys have. The caller must specify which of them to end, stop or enable.
    func requireOneKey(_ reference: KeyReference, _ key: LocatedKey) throws(Refusal) {
        guard case .name(let name) = reference else { return }
        let keys = registry.read { state in
            state.liveKeys(named: name, inWorkspace: key.workspace.number, now: now)
                .compactMap { state.named($0, now: now) }
        }
        guard keys.count > 1, let last = keys.last else { return }
        throw .invalidState(.twoLiveKeys(keys), last.status)
    }

    /// Refuses a key that has ended.
    func requireLive(_ key: LocatedKey) throws(Refusal) {
        let status = status(of: key)
        if status.isTerminal { throw .invalidState(.isFinal, status) }
    }

    /// Refuses a name that a live key of the workspace has.
    func requireFree(_ name: String, in workspace: WorkspaceRecord) throws(Refusal) {
        let holder: KeyRecord? = registry.read { state in
            state.liveKeys(named: name, inWorkspace: workspace.number, now: now).last.flatMap { state.records[$0] }
        }
        if let holder { throw .conflict(.keyNameTaken(prefix: holder.prefix), keyID: holder.id) }
    }

    /// Checks the naming rules. A name that looks personal causes advice or a refusal, depending on the policy.
    ///
    /// - Parameter people: those of the facts, if they were prepared for several names.
    mutating func checkName(_ name: String, among people: PeopleNames? = nil) throws(Refusal) {
        if let fault = KeyName.fault(in: name) { throw .policyViolation(.keyName(fault), param: "name") }
        let people = people ?? PeopleNames(facts.humanNames())
        guard let trait = KeyName.personalTrait(of: name, people: people) else { return }
        if directory.policy.personalNames == .refuse {
            throw .policyViolation(.personalName(trait), param: "name")
        }
        transaction.advice.append(.nameLooksPersonal(trait))
    }

    /// An owner without an account causes advice; a number that cannot be granted a role is refused.
    mutating func checkOwner(_ principal: String?) throws(Refusal) {
        switch principal.map(roles.owner) {
        case .known, nil: break
        case .unknown(let principal): transaction.advice.append(.ownerUnknown(principal))
        case .refused(let refusal): throw refusal
        }
    }

    /// Checks a key's expiry and purpose against the plan.
    func checkExpiry(_ expiresAt: Instant?, purpose: String?, _ plan: Plan) throws(Refusal) {
        if let expiresAt, expiresAt <= now {
            throw .policyViolation(.expiryIsPast, param: "expiresAt")
        }
        if expiresAt == nil, plan.requireExpiry {
            throw .policyViolation(.expiryRequired, param: "expiresAt")
        }
        if let days = plan.maxLifetimeDays, (expiresAt ?? .distantFuture) > now + .days(days) {
            throw .policyViolation(.lifetimeTooLong(days: days), param: "expiresAt")
        }
        if purpose == nil, plan.requirePurpose {
            throw .policyViolation(.purposeRequired, param: "purpose")
        }
    }

    /// The confirmation check about a key that was used within the last day, with its facts.
    ///
    /// Uses are counted by the hour: all uses of the hour in which the last day began are included.
    func recentUse(of key: KeyTable.Index, _ record: KeyRecord) -> [ConfirmationCheck] {
        let usage = registry.read { $0.table[key].totals }
        guard let last = usage.lastUsedAt, now - last < RotationRules.recentUse else { return [] }
        let day = (now - RotationRules.recentUse).hour..<now.hour + 1
        let unstored = registry.read { $0.unstoredHours(at: key) }
        let stored = facts.usage(ofKey: record.number, hours: day)
        let uses = HourUsage.hours(day, stored: stored, unstored).reduce(0) { $0 + $1.valid }
        return [
            ConfirmationCheck(
                .recentlyUsed, key: record, lastUsedAt: last, lastUsedBy: usage.lastUsedBy, usesLastDay: uses,
                now: now)
        ]
    }
}
