// Changes of members, with the checks about who may verify afterwards.
extension Decision {
    /// Sets what a principal may do in a workspace.
    mutating func put(_ grant: Grant, in workspace: WorkspaceRecord, isConfirmed: Bool) throws(Refusal) {
        try change(grant, in: workspace, .memberGranted, isConfirmed: isConfirmed) { transaction in
            transaction.changes.granted.append(grant)
            transaction.directory.put(grant)
        }
    }

    /// Removes what a principal may do in a workspace.
    mutating func remove(_ grant: Grant, from workspace: WorkspaceRecord, isConfirmed: Bool) throws(Refusal) {
        try change(grant, in: workspace, .memberRemoved, isConfirmed: isConfirmed) { transaction in
            transaction.changes.removed.append(grant)
            transaction.directory.remove(grant)
        }
    }

    private mutating func change(
        _ grant: Grant, in workspace: WorkspaceRecord, _ action: AuditNote.Action, isConfirmed: Bool,
        _ write: (inout Transaction) -> Void
    ) throws(Refusal) {
        let former = directory
        write(&transaction)
        let checks = verifierChecks(about: grant.principal, in: workspace, former)
        if !checks.isEmpty, !isConfirmed { throw .confirmationRequired(checks) }
        let wasVerifier = former.grants(in: workspace.number)
            .contains { $0.isVerifier && $0.principal.text == grant.principal.text }
        var details = AuditDetails().adding("principal", .text(grant.principal.text))
        if action == .memberGranted { details = details.adding("id", .number(Int64(grant.principal.id))) }
        details = details.adding("role", .text(grant.role?.rawValue ?? "none"))
        if wasVerifier || grant.isVerifier { details = details.adding("verifier", .flag(grant.isVerifier)) }
        if !checks.isEmpty { details = details.adding("confirmed", .flag(true)) }
        transaction.notes.append(AuditNote(action, workspace: workspace.name, details: details))
    }

    /// The checks before a change of who may verify the keys of a workspace.
    ///
    /// - Parameter former: the directory before the change.
    private func verifierChecks(
        about principal: Principal, in workspace: WorkspaceRecord, _ former: Directory
    ) -> [ConfirmationCheck] {
        var checks: [ConfirmationCheck] = []
        let (was, from) = (former.isClosed(workspace.number), former.defaultWorkspace(of: principal))
        let (isClosed, to) = (directory.isClosed(workspace.number), directory.defaultWorkspace(of: principal))
        var facts = VerifierFacts(workspace: workspace.name, principal: principal.text)
        if isClosed, !was {
            facts.shutOut = recentVerifiers(of: workspace.number).filter {
                principal.kind == .group || $0 != principal.id
            }
            if !facts.shutOut.isEmpty { checks.append(ConfirmationCheck(.closesWorkspace, facts, now: now)) }
        }
        if was, !isClosed { checks.append(ConfirmationCheck(.opensWorkspace, facts, now: now)) }
        if from != to {
            (facts.formerDefault, facts.newDefault) = (from, to)
            checks.append(ConfirmationCheck(.changesDefault, facts, now: now))
        }
        return checks
    }

    /// The uids that verified keys of a workspace within the last day, in order.
    private func recentVerifiers(of workspace: Int64) -> [UInt32] {
        let since = now - RotationRules.recentUse
        var uids: Set<UInt32> = []
        registry.forEachKey { state, index in
            guard state.table[index].workspace == workspace, state.table[index].facts.lastUsedAt > since else { return }
            for share in state.table[index].peers where share.lastUsedAt > since { uids.insert(share.uid) }
        }
        return uids.sorted()
    }
}
