/// A key that a caller may act on, and the role that allows it.
package struct LocatedKey: Sendable {
    var index: KeyTable.Index
    var record: KeyRecord
    var workspace: WorkspaceRecord
    var role: Role?
    var isOwner = false
}

/// What a caller must be in order to act on a workspace or a key.
package enum Need: Sendable {
    case viewer, admin, ownerOrAdmin

    var role: Role { self == .viewer ? .viewer : .admin }
}

extension Directory {
    /// The workspace of that name, if the caller has the needed role there. For callers other than operators, a missing
    /// workspace looks like one of which they are not members.
    func workspace(
        named name: String?, for caller: Caller, _ roles: Roles, needs need: Need
    ) throws(Refusal) -> (WorkspaceRecord, Role) {
        guard let workspace = workspace(named: name ?? "default") else {
            throw caller.isOperator ? .notFound(.workspace) : .permissionDenied(.notAMember(caller))
        }
        guard let role = roles.role(of: caller, in: workspace.number) else {
            throw .permissionDenied(.notAMember(caller))
        }
        guard role >= need.role else { throw .permissionDenied(.readsOnly(caller, workspace: workspace.name)) }
        return (workspace, role)
    }
}

/// Finds the keys that callers mean, and determines what they may do with them.
struct KeyLocator {
    let registry: KeyRegistry
    let directory: Directory
    let accounts: any AccountDirectory

    var roles: Roles { Roles(directory: directory, accounts: accounts) }

    /// Finds the key that `reference` means; the caller needs a role in its workspace.
    ///
    /// - Parameter includesEnded: whether a name without a live key means an ended one, for calls that only read.
    func locate(
        _ reference: KeyReference, workspace name: String?, for caller: Caller, needs need: Need, at now: Instant,
        includesEnded: Bool = false
    ) throws(Refusal) -> LocatedKey {
        if need == .ownerOrAdmin, let key = locateOwn(reference, workspace: name, caller, at: now) { return key }
        if case .name = reference {
            let (workspace, role) = try directory.workspace(named: name, for: caller, roles, needs: need)
            guard let found = find(reference, in: workspace.number, includesEnded: includesEnded, at: now) else {
                throw .notFound(.key)
            }
            return LocatedKey(index: found.0, record: found.1, workspace: workspace, role: role)
        }
        if let name { _ = try directory.workspace(named: name, for: caller, roles, needs: need) }
        guard let (index, record) = find(reference, in: nil, at: now),
            let workspace = directory.workspaces[record.workspace], name == nil || name == workspace.name
        else { throw .notFound(.key) }
        guard let role = roles.role(of: caller, in: workspace.number) else { throw .notFound(.key) }
        guard role >= need.role else { throw .permissionDenied(.readsOnly(caller, workspace: workspace.name)) }
        return LocatedKey(index: index, record: record, workspace: workspace, role: role)
    }

    /// Finds a key whose owner is the caller or a group of the caller, also without membership of the workspace.
    private func locateOwn(
        _ reference: KeyReference, workspace name: String?, _ caller: Caller, at now: Instant
    ) -> LocatedKey? {
        let named = directory.workspace(named: name ?? "default")
        guard let (index, record) = find(reference, in: named?.number, at: now), owns(record, caller),
            let workspace = directory.workspaces[record.workspace], name == nil || name == workspace.name
        else { return nil }
        let role = roles.role(of: caller, in: workspace.number)
        return LocatedKey(index: index, record: record, workspace: workspace, role: role, isOwner: true)
    }

    /// Whether the key's owner principal is the caller or a group of the caller.
    func owns(_ record: KeyRecord, _ caller: Caller) -> Bool {
        guard let text = record.owner?.principal, let principal = try? roles.principal(text) else { return false }
        return roles.holds(principal, caller.peer)
    }

    /// An id and a prefix mean their key in any status. A name means the newest live key that has it.
    private func find(
        _ reference: KeyReference, in workspace: Int64?, includesEnded: Bool = false, at now: Instant
    ) -> (KeyTable.Index, KeyRecord)? {
        let found = registry.read { state -> (KeyTable.Index, KeyRecord)? in
            let index =
                if case .name(let name) = reference {
                    workspace.flatMap { state.liveKeys(named: name, inWorkspace: $0, now: now).last }
                } else {
                    state.index(of: reference, workspace: workspace)
                }
            return index.flatMap { index in state.records[index].map { (index, $0) } }
        }
        guard found == nil, includesEnded, let workspace, case .name(let name) = reference else { return found }
        return newestEnded(named: name, in: workspace)
    }

    /// The newest key that had a name. It examines all keys: names without a live key are rarely looked up, and have no
    /// index.
    private func newestEnded(named name: String, in workspace: Int64) -> (KeyTable.Index, KeyRecord)? {
        var newest: (index: KeyTable.Index, number: Int64)?
        var name = name
        name.withUTF8 { bytes in
            let bytes = UnsafeRawBufferPointer(bytes)
            registry.forEachKey { state, index in
                let number = state.table[index].number
                guard state.isNamed(bytes, inWorkspace: workspace, at: index), number > newest?.number ?? 0 else {
                    return
                }
                newest = (index, number)
            }
        }
        guard let newest else { return nil }
        return registry.read { state in
            guard state.index(ofNumber: newest.number) == newest.index else { return nil }
            return state.records[newest.index].map { (newest.index, $0) }
        }
    }
}

extension RegistryState {
    /// The identifiers of the key at `index` for a caller; `nil` if it was deleted.
    func named(_ index: KeyTable.Index, now: Instant) -> NamedKey? {
        guard let text = table[index].text else { return nil }
        return NamedKey(
            id: String(decoding: text.id, as: UTF8.self), prefix: String(decoding: text.prefix, as: UTF8.self),
            status: status(at: index, now: now))
    }
}
