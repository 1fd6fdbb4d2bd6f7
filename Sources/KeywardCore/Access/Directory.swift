/// The workspaces, their members and the policy: the source of roles and plans.
package struct Directory: Sendable {
    package var policy: Policy
    package private(set) var workspaces: [Int64: WorkspaceRecord] = [:]
    private var numbersByName: [String: Int64] = [:]
    private var grants: [Int64: [Grant]] = [:]

    package init(policy: Policy, workspaces: [WorkspaceRecord] = [], grants: [Grant] = []) {
        self.policy = policy
        workspaces.forEach { put($0) }
        grants.forEach { put($0) }
    }

    package func workspace(named name: String) -> WorkspaceRecord? {
        numbersByName[name].flatMap { workspaces[$0] }
    }

    /// The workspace with this name, ignoring case.
    func workspace(namedLike name: String) -> WorkspaceRecord? {
        let folded = WorkspaceName.folded(name)
        return workspaces.values.first { WorkspaceName.folded($0.name) == folded }
    }

    /// The plan of a workspace. A plan that is missing from the catalogue has no API access.
    package func plan(of workspace: WorkspaceRecord) -> Plan {
        policy.plans[workspace.plan] ?? Plan(apiAccess: false)
    }

    package func grants(in workspace: Int64) -> [Grant] { grants[workspace] ?? [] }

    /// Every principal that has a role in some workspace.
    var principals: some Sequence<Principal> { grants.values.joined().lazy.map(\.principal) }

    /// The workspaces for the registry, in the order of creation.
    package var registered: [RegisteredWorkspace] {
        workspaces.values.sorted { $0.number < $1.number }.map { workspace in
            let plan = plan(of: workspace)
            let context = StatusContext(
                apiAccess: plan.apiAccess, staleAfter: .days(policy.sweeps.staleAfterDays),
                givesLimits: !plan.limits.isEmpty)
            let verifiers = grants(in: workspace.number).filter(\.isVerifier).map(\.principal)
            return RegisteredWorkspace(
                name: workspace.name, number: workspace.number, context: context, verifiers: verifiers,
                plan: workspace.plan, limits: plan.limits)
        }
    }

    /// Every grant that lets its principal verify, in the order of workspaces.
    package var verifierGrants: [Grant] {
        grants.sorted { $0.key < $1.key }.flatMap { $0.value.filter(\.isVerifier) }
    }

    /// Whether only verifiers may verify the keys of a workspace. A void grant counts.
    package func isClosed(_ workspace: Int64) -> Bool { grants(in: workspace).contains(where: \.isVerifier) }

    /// The workspace of a verification by `principal` that names none; `nil` if there are several candidates.
    func defaultWorkspace(of principal: Principal) -> String? {
        let verified = workspaces.keys.filter { workspace in
            grants(in: workspace).contains {
                $0.isVerifier && $0.principal.kind == principal.kind && $0.principal.id == principal.id
            }
        }
        guard let number = verified.first ?? workspaces.keys.min(), verified.count <= 1 else { return nil }
        return workspaces[number]?.name
    }

    /// Plans that workspaces have and `policy` lacks.
    package func plansMissing(from policy: Policy) -> [String] {
        Set(workspaces.values.map(\.plan)).filter { policy.plans[$0] == nil }.sorted()
    }

    package mutating func put(_ workspace: WorkspaceRecord) {
        if let former = workspaces[workspace.number]?.name, numbersByName[former] == workspace.number {
            numbersByName[former] = nil
        }
        workspaces[workspace.number] = workspace
        numbersByName[workspace.name] = workspace.number
    }

    package mutating func put(_ grant: Grant) {
        remove(grant)
        grants[grant.workspace, default: []].append(grant)
    }

    package mutating func remove(_ grant: Grant) {
        grants[grant.workspace]?.removeAll { $0.principal.text == grant.principal.text }
    }

    /// Applies the writes of a transaction.
    mutating func apply(_ changes: Changes) {
        if changes.setsBack { setBack(to: changes.mark) }
        changes.workspaces.forEach { put($0) }
        changes.removed.forEach { remove($0) }
        changes.granted.forEach { put($0) }
    }

    /// Sets the times of workspaces and grants that are later than `now` to `now`.
    mutating func setBack(to now: Instant) {
        for var workspace in workspaces.values where workspace.createdAt > now {
            workspace.createdAt = now
            put(workspace)
        }
        for grant in workspaces.keys.flatMap({ grants(in: $0) }) where grant.grantedAt > now {
            var grant = grant
            grant.grantedAt = now
            put(grant)
        }
    }
}
