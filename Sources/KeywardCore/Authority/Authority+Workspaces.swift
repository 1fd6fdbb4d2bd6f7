extension Authority {
    /// A workspace with its plan and the number of its keys by status.
    package struct WorkspaceView: Sendable {
        package var record: WorkspaceRecord
        package var plan: Plan
        package var keys: [KeyStatus: Int]
        /// Whether only its verifiers may verify its keys.
        package var isClosed: Bool
    }

    /// Describes a workspace to one of its members.
    package func workspace(named name: String, for caller: Caller, at now: Instant) throws(Refusal) -> WorkspaceView {
        view(of: try directory.workspace(named: name, for: caller, roles, needs: .viewer).0, at: now)
    }

    /// Describes the workspaces in which the caller has a role, in the order of their creation.
    ///
    /// - Parameter counts: whether to count the keys, which examines every key.
    package func workspaces(
        for caller: Caller, counts: Bool = true, at now: Instant
    ) throws(Refusal) -> [WorkspaceView] {
        let directory = directory
        let records = try requireMember(caller).compactMap { directory.workspaces[$0] }
        let counts = counts ? statusCountsByWorkspace(at: now) : []
        return records.map { record in
            let keys = record.number < counts.count ? counts[Int(record.number)] : [:]
            return WorkspaceView(
                record: record, plan: directory.plan(of: record), keys: keys,
                isClosed: directory.isClosed(record.number))
        }
    }

    /// The numbers of the workspaces in which the caller has a role. Refuses a caller without any.
    @discardableResult
    package func requireMember(_ caller: Caller) throws(Refusal) -> [Int64] {
        let memberships = roles.memberships(of: caller)
        guard caller.isOperator || !memberships.isEmpty else { throw .permissionDenied(.notAMember(caller)) }
        return memberships
    }

    /// Lists the members.
    package func members(ofWorkspace name: String, for caller: Caller) throws(Refusal) -> [Grant] {
        let directory = directory
        return directory.grants(in: try directory.workspace(named: name, for: caller, roles, needs: .viewer).0.number)
    }

    /// Describes the workspace of a record.
    package func view(of record: WorkspaceRecord, at now: Instant) -> WorkspaceView {
        let directory = directory
        return WorkspaceView(
            record: record, plan: directory.plan(of: record), keys: statusCounts(in: record.number, at: now),
            isClosed: directory.isClosed(record.number))
    }
}
