// Workspaces, members, the audit chain and the daemon itself: on the admin socket.
extension KeywardClient {
    /// Creates a workspace.
    ///
    /// - Parameters:
    ///   - plan: A plan of the catalogue; the default one if `nil`.
    ///   - tag: The start of its keys, 2 to 12 of `[a-z0-9]`, first a letter; `kw` if `nil`.
    public func createWorkspace(
        named name: String, plan: String? = nil, tag: String? = nil
    ) async throws(KeywardError) -> Workspace {
        try await call(CreateWorkspace.self, CreateWorkspace.Params(name: name, plan: plan, tag: tag)).workspace
    }

    /// Describes one workspace.
    public func workspace(_ name: String) async throws(KeywardError) -> Workspace {
        try await call(GetWorkspace.self, GetWorkspace.Params(workspace: name)).workspace
    }

    /// Lists the workspaces that the caller is a member of; operators see all.
    ///
    /// - Parameter counts: Whether to count the keys, which examines every key. Otherwise `keys` is empty.
    public func workspaces(counts: Bool = true) async throws(KeywardError) -> [Workspace] {
        try await call(ListWorkspaces.self, ListWorkspaces.Params(counts: counts ? nil : false)).workspaces
    }

    /// Changes the plan of a workspace. A plan without API access suspends its keys; `confirm` is needed when they are
    /// in use.
    public func setPlan(
        of workspace: String, to plan: String, confirm: Bool = false
    ) async throws(KeywardError) -> Workspace {
        try await call(
            SetPlan.self, SetPlan.Params(workspace: workspace, plan: plan, confirm: confirm ? true : nil)
        ).workspace
    }

    /// Sets the role of a Unix user or group (`user:NAME`, `group:NAME`, `uid:N`, `gid:N`), whether it may verify keys,
    /// or both. Returns all members.
    ///
    /// - Parameters:
    ///   - role: Stays if `nil`.
    ///   - verifier: Stays if `nil`. A workspace with a verifier is closed: only its verifiers can verify its keys.
    ///   - confirm: Without it a change of verifiers may be refused, with its effects in the error.
    public func grant(
        _ role: Member.Role? = nil, verifier: Bool? = nil, to principal: String, in workspace: String,
        confirm: Bool = false
    ) async throws(KeywardError) -> [Member] {
        let params = GrantMember.Params(
            workspace: workspace, principal: principal, role: role, verifier: verifier, confirm: confirm ? true : nil)
        return try await call(GrantMember.self, params).members
    }

    /// Removes a member. Returns the remaining members.
    ///
    /// - Parameter confirm: Without it the removal of a verifier may be refused, with its effects in the error.
    public func removeMember(
        _ principal: String, from workspace: String, confirm: Bool = false
    ) async throws(KeywardError) -> [Member] {
        let params = RemoveMember.Params(workspace: workspace, principal: principal, confirm: confirm ? true : nil)
        return try await call(RemoveMember.self, params).members
    }

    /// Lists the members of a workspace and their roles.
    public func members(of workspace: String) async throws(KeywardError) -> [Member] {
        try await call(ListMembers.self, ListMembers.Params(workspace: workspace)).members
    }

    /// Lists audit entries, a page at a time.
    ///
    /// - Parameters:
    ///   - after: Only entries with a greater `seq`.
    ///   - before: Only entries with a smaller `seq`.
    ///   - isNewestFirst: The newest entries first, not the oldest.
    ///   - limit: 1 to 500; 100 if `nil`.
    public func auditEntries(
        workspace: String? = nil, key: String? = nil, after: Int? = nil, before: Int? = nil,
        isNewestFirst: Bool = false, limit: Int? = nil
    ) async throws(KeywardError) -> [AuditEntry] {
        let params = ListAudit.Params(
            workspace: workspace, key: key, after: after, before: before, newestFirst: isNewestFirst ? true : nil,
            limit: limit)
        return try await call(ListAudit.self, params).entries
    }

    /// Recomputes the audit chain. It reads every entry, so allow enough time.
    public func checkAudit(timeout: Duration = .seconds(300)) async throws(KeywardError) -> AuditCheck {
        let result = try await call(CheckAudit.self, NoParams(), timeout: timeout)
        return AuditCheck(ok: result.ok, entries: result.entries, head: result.head, problem: result.problem)
    }

    /// Runs a sweep now, regardless of its timer, and waits for its end.
    ///
    /// - Parameters:
    ///   - dryRun: Changes nothing; the report has what a run would do with everything due.
    ///   - force: Applies held changes, and trusts a wall clock that has jumped.
    public func runSweep(
        _ sweep: SweepName, dryRun: Bool = false, force: Bool = false, timeout: Duration = .seconds(300)
    ) async throws(KeywardError) -> SweepState.Report {
        let params = RunSweep.Params(sweep: sweep, dryRun: dryRun ? true : nil, force: force ? true : nil)
        return try await call(RunSweep.self, params, timeout: timeout).report
    }

    /// Returns when each sweep ran, what it found, and when its next run is due.
    public func sweeps() async throws(KeywardError) -> [SweepState] {
        try await call(GetSweeps.self, NoParams()).sweeps
    }

    /// Returns the daemon's status.
    ///
    /// - Parameter counts: Whether to count the keys, which examines every key. Otherwise `keys` is empty.
    public func status(counts: Bool = true) async throws(KeywardError) -> DaemonStatus {
        DaemonStatus(try await call(GetStatus.self, GetStatus.Params(counts: counts ? nil : false)))
    }

    /// Makes the daemon trust the current wall clock, and undoes what was recorded while the clock was ahead. For
    /// operators.
    ///
    /// - Parameter confirm: Without it the call is refused if it has consequences for keys, and the error lists them.
    public func acceptClock(confirm: Bool = false) async throws(KeywardError) -> ClockChange {
        try await call(AcceptClock.self, AcceptClock.Params(confirm: confirm ? true : nil)).change
    }

    /// The daemon's metrics in the Prometheus text format.
    public func metrics() async throws(KeywardError) -> String {
        try await call(GetMetrics.self, NoParams()).text
    }

    /// Acknowledges a lost or missing end of the audit chain, so that changes are accepted again.
    ///
    /// - Returns: the number of the entry that records it; `nil` if there was nothing to acknowledge.
    @discardableResult
    public func acknowledgeAudit() async throws(KeywardError) -> Int? {
        try await call(AcknowledgeAudit.self, NoParams()).entry
    }

    /// Returns the source of the pepper, and the number of keys that still need each pepper.
    public func pepperStatus() async throws(KeywardError) -> PepperStatus {
        let result = try await call(GetPepper.self, NoParams())
        return PepperStatus(source: result.source, place: result.place, peppers: result.peppers)
    }

    /// Reads the configuration again and applies it.
    public func reload() async throws(KeywardError) -> Reloaded {
        let result = try await call(Reload.self, NoParams())
        return Reloaded(ok: result.ok, changed: result.changed, problem: result.problem)
    }

    /// Writes a consistent copy of the database into the state folder's `backups`.
    ///
    /// - Parameter name: The file's name, a slug; made from the time if `nil`.
    public func backUp(
        named name: String? = nil, timeout: Duration = .seconds(300)
    ) async throws(KeywardError) -> Backup {
        let result = try await call(BackUp.self, BackUp.Params(name: name), timeout: timeout)
        return Backup(file: result.file, bytes: result.bytes, sha256: result.sha256)
    }
}
