extension Authority {
    /// A workspace with what its plan allows and how many keys have each status.
    package struct WorkspaceView: Sendable {
        package var record: WorkspaceRecord
        package var plan: Plan
        package var keys: [KeyStatus: Int]
    }

    /// Creates a workspace. Operators only.
    package func createWorkspace(
        named name: String, plan: String?, tag: String, by caller: Caller, at now: Instant
    ) throws(Refusal) -> WorkspaceView {
        let name = FreeText.normalized(name)
        let record = try change(at: now, by: caller.actor) { (draft, now) throws(Refusal) in
            try Self.requireOperator(caller, group: draft.directory.policy.operatorGroup)
            try Self.requirePlan(plan, in: draft.directory.policy)
            if let other = draft.directory.workspace(namedLike: name) {
                throw .conflict(
                    other.name == name
                        ? "There is already a workspace with this name. Choose another name."
                        : "A workspace has this name in another case; choose a name that differs by more.",
                    keyID: nil)
            }
            return draft.addWorkspace(named: name, plan: plan, tag: tag, at: now)
        } result: { _, decided, _ in
            decided
        }
        return view(of: record, at: now)
    }

    /// Puts a workspace on another plan. Operators only.
    package func setPlan(
        _ plan: String, ofWorkspace name: String, isConfirmed: Bool, by caller: Caller, at now: Instant
    ) throws(Refusal) -> WorkspaceView {
        let record = try change(at: now, by: caller.actor) { (draft, now) throws(Refusal) in
            try Self.requireOperator(caller, group: draft.directory.policy.operatorGroup)
            var (workspace, _) = try draft.directory.workspace(named: name, for: caller, roles, needs: .admin)
            try Self.requirePlan(plan, in: draft.directory.policy)
            guard workspace.plan != plan else { return workspace }
            let losesAccess =
                draft.directory.plan(of: workspace).apiAccess && draft.directory.policy.plans[plan]?.apiAccess == false
            let busy = losesAccess ? busyKeys(in: workspace.number, at: now) : 0
            if busy > 0, !isConfirmed {
                throw .confirmationRequired([Doubt(.planWithoutAccess, keys: busy, now: now)])
            }
            let details = AuditDetails().adding("from", .text(workspace.plan)).adding("to", .text(plan))
            workspace.plan = plan
            draft.put(workspace, AuditNote(.planChanged, workspace: workspace.name, details: details))
            return workspace
        } result: { _, decided, _ in
            decided
        }
        return view(of: record, at: now)
    }

    /// Describes a workspace to one of its members.
    package func workspace(named name: String, for caller: Caller, at now: Instant) throws(Refusal) -> WorkspaceView {
        view(of: try directory.workspace(named: name, for: caller, roles, needs: .viewer).0, at: now)
    }

    /// Describes the workspaces in which the caller has a role, in the order of their creation.
    package func workspaces(for caller: Caller, at now: Instant) throws(Refusal) -> [WorkspaceView] {
        let records = try requireMember(caller).compactMap { directory.workspaces[$0] }
        let counts = statusCountsByWorkspace(at: now)
        return records.map { record in
            let keys = record.number < counts.count ? counts[Int(record.number)] : [:]
            return WorkspaceView(record: record, plan: directory.plan(of: record), keys: keys)
        }
    }

    /// The numbers of the workspaces in which the caller has a role, of which there is at least one.
    @discardableResult
    package func requireMember(_ caller: Caller) throws(Refusal) -> [Int64] {
        let memberships = roles.memberships(of: caller)
        guard caller.isOperator || !memberships.isEmpty else { throw Directory.noMember(caller) }
        return memberships
    }

    /// Refuses all but operators, and says how to become one.
    package static func requireOperator(_ caller: Caller, group: String) throws(Refusal) {
        guard caller.isOperator else {
            throw .permissionDenied("\(caller.title) is not an operator. \(Self.operatorRemedy(caller, group))")
        }
    }

    /// How an account becomes an operator: a command for root, if it can be pasted as it is.
    private static func operatorRemedy(_ caller: Caller, _ group: String) -> String {
        guard let user = caller.user, isPlainName(user), isPlainName(group) else {
            return "Operators are root and the members of group \(group)."
        }
        return "Root can change that; it holds from the next login. Run: "
            + "usermod --append --groups keyward,\(group) \(user)"
    }

    /// Whether a shell takes an account's name for itself: letters, digits, `.`, `_` and `-`, the last not first.
    private static func isPlainName(_ name: String) -> Bool {
        !name.isEmpty && !name.hasPrefix("-")
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"):
                    true
                default: "._-".utf8.contains(byte)
                }
            }
    }

    /// Gives a Unix user or group a role, in place of one that it has.
    package func grant(
        _ role: Role, to principal: String, inWorkspace name: String, by caller: Caller, at now: Instant
    ) throws(Refusal) -> [Grant] {
        try change(at: now, by: caller.actor) { (draft, now) throws(Refusal) in
            let (workspace, _) = try draft.directory.workspace(named: name, for: caller, roles, needs: .admin)
            let member = try roles.principal(principal)
            let grant = Grant(
                workspace: workspace.number, principal: member, role: role, grantedAt: now, grantedBy: caller.actor)
            let known = draft.directory.grants(in: workspace.number)
            if !known.contains(where: { $0.principal == member && $0.role == role }) {
                draft.changes.granted.append(grant)
                draft.directory.put(grant)
                draft.changesDirectory = true
                let details = AuditDetails().adding("principal", .text(member.text))
                    .adding("id", .number(Int64(member.id))).adding("role", .text(role.rawValue))
                draft.notes.append(AuditNote(.memberGranted, workspace: workspace.name, details: details))
            }
            return draft.directory.grants(in: workspace.number)
        } result: { _, decided, _ in
            decided
        }
    }

    /// Takes a role back. `principal` is as it was granted; its account may be gone.
    package func removeMember(
        _ principal: String, fromWorkspace name: String, by caller: Caller, at now: Instant
    ) throws(Refusal) -> [Grant] {
        try change(at: now, by: caller.actor) { (draft, now) throws(Refusal) in
            let (workspace, _) = try draft.directory.workspace(named: name, for: caller, roles, needs: .admin)
            let known = draft.directory.grants(in: workspace.number)
            guard let grant = known.first(where: { $0.principal.text == principal }) else {
                throw .notFound("This workspace has no such member.", remedy: ["member", "list"])
            }
            draft.changes.removed.append(grant)
            draft.directory.remove(grant)
            draft.changesDirectory = true
            let details = AuditDetails().adding("principal", .text(principal)).adding(
                "role", .text(grant.role.rawValue))
            draft.notes.append(AuditNote(.memberRemoved, workspace: workspace.name, details: details))
            return draft.directory.grants(in: workspace.number)
        } result: { _, decided, _ in
            decided
        }
    }

    /// Lists who has a role.
    package func members(ofWorkspace name: String, for caller: Caller) throws(Refusal) -> [Grant] {
        let directory = directory
        return directory.grants(in: try directory.workspace(named: name, for: caller, roles, needs: .viewer).0.number)
    }

    private func view(of record: WorkspaceRecord, at now: Instant) -> WorkspaceView {
        WorkspaceView(record: record, plan: directory.plan(of: record), keys: statusCounts(in: record.number, at: now))
    }

    private static func requirePlan(_ plan: String?, in policy: Policy) throws(Refusal) {
        guard let plan, policy.plans[plan] == nil else { return }
        let names = policy.plans.keys.sorted().joined(separator: ", ")
        throw .notFound("There is no such plan. The plans are: \(names).")
    }

    /// How many keys of the workspace verify and were used within the last day.
    private func busyKeys(in workspace: Int64, at now: Instant) -> Int {
        var count = 0
        ring.forEachKey { state, index in
            guard state.table[index].workspace == workspace else { return }
            let lastUse = state.table[index].facts.lastUsedAt
            if state.status(at: index, now: now).verifies, lastUse + RotationRules.recentUse > now { count += 1 }
        }
        return count
    }
}

extension Draft {
    /// Adds a workspace.
    @discardableResult
    mutating func addWorkspace(named name: String, plan: String?, tag: String, at now: Instant) -> WorkspaceRecord {
        writer.lastWorkspaceNumber += 1
        let record = WorkspaceRecord(
            number: writer.lastWorkspaceNumber, name: name, plan: plan ?? directory.policy.defaultPlan, tag: tag,
            createdAt: now)
        let details = AuditDetails().adding("plan", .text(record.plan)).adding("tag", .text(tag))
        put(record, AuditNote(.workspaceCreated, workspace: name, details: details))
        return record
    }

    /// Stores names that a start has mended (``WorkspaceName/renamings(of:)``).
    mutating func store(_ renamings: [WorkspaceName.Renaming]) {
        for renaming in renamings {
            let details = AuditDetails().adding("formerName", .text(renaming.formerName))
            put(renaming.record, AuditNote(.workspaceRenamed, workspace: renaming.record.name, details: details))
        }
    }

    /// Sets a workspace's row and adds the entry that tells of it.
    mutating func put(_ workspace: WorkspaceRecord, _ note: AuditNote) {
        changes.workspaces.append(workspace)
        directory.put(workspace)
        changesDirectory = true
        notes.append(note)
    }
}
