/// Looks up the roles of callers at every request, from the credentials that the kernel reported.
package struct Roles: Sendable {
    private let directory: Directory
    private let accounts: any AccountDirectory

    package init(directory: Directory, accounts: any AccountDirectory) {
        self.directory = directory
        self.accounts = accounts
    }

    /// The caller's role in a workspace; `nil` if it is not a member.
    package func role(of caller: Caller, in workspace: Int64) -> Role? {
        if caller.isOperator { return .admin }
        return directory.grants(in: workspace).filter { holds($0.principal, caller.peer) }.compactMap(\.role).max()
    }

    /// The numbers of the workspaces in which the caller has a role.
    package func memberships(of caller: Caller) -> [Int64] {
        directory.workspaces.keys.filter { role(of: caller, in: $0) != nil }.sorted()
    }

    /// Whether `principal` is the peer or a group of the peer. A grant is void if its name now means another number.
    package func holds(_ principal: Principal, _ peer: PeerCredentials) -> Bool {
        principal.isNumber(of: peer) && !isVoid(principal)
    }

    /// Whether a grant to `principal` is void, because its name now means no number or another one.
    package func isVoid(_ principal: Principal) -> Bool {
        guard let name = principal.name else { return false }
        switch principal.kind {
        case .user: return accounts.userID(named: name) != principal.id
        case .group: return accounts.groupID(named: name) != principal.id
        }
    }

    /// Whether a verifier's name certainly means another account than when it was granted. A name that cannot be found
    /// proves nothing, because its service may have failed: unless the number has another name now.
    package func hasOtherMeaning(_ principal: Principal) -> Bool {
        guard let name = principal.name else { return false }
        switch principal.kind {
        case .user:
            if let id = accounts.userID(named: name) { return id != principal.id }
            return accounts.currentUserName(of: principal.id).map { $0 != name } ?? false
        case .group:
            if let id = accounts.groupID(named: name) { return id != principal.id }
            return accounts.hasGroup(principal.id)
        }
    }

    /// Checks an owner's principal. It waits for the name services.
    func owner(_ text: String) -> OwnerAccount {
        do {
            let principal = try principal(text)
            guard principal.name == nil else { return .known }
            let exists =
                principal.kind == .user
                ? accounts.currentUserName(of: principal.id) != nil : accounts.hasGroup(principal.id)
            return exists ? .known : .unknown(text)
        } catch {
            guard case .policyViolation(let rule, _) = error else { return .unknown(text) }
            return .refused(.policyViolation(rule, param: "owner"))
        }
    }

    /// Parses `user:NAME`, `group:NAME`, `uid:N` or `gid:N` and looks up its current number.
    package func principal(_ text: String) throws(Refusal) -> Principal {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[1].isEmpty else {
            throw .invalidParam(.principal)
        }
        switch parts[0] {
        case "user":
            guard let id = accounts.userID(named: parts[1]) else {
                throw .notFound(.user)
            }
            return try grantable(Principal(kind: .user, name: parts[1], id: id))
        case "group":
            guard let id = accounts.groupID(named: parts[1]) else {
                throw .notFound(.group)
            }
            return try grantable(Principal(kind: .group, name: parts[1], id: id))
        case "uid", "gid":
            guard let id = UInt32(parts[1]), String(id) == parts[1] else {
                throw .invalidParam(.principal)
            }
            return try grantable(Principal(kind: parts[0] == "uid" ? .user : .group, name: nil, id: id))
        default: throw .invalidParam(.principal)
        }
    }

    /// Refuses numbers that systemd assigns temporarily (61184 to 65519), and those of no account.
    private func grantable(_ principal: Principal) throws(Refusal) -> Principal {
        switch principal.id {
        case 61_184...65_519:
            throw .policyViolation(.dynamicUser, param: "principal")
        case 65_534, UInt32.max:
            throw .policyViolation(.nobody, param: "principal")
        default: return principal
        }
    }
}

/// The result of checking an owner's principal on this host.
enum OwnerAccount: Sendable {
    case known
    /// No account, as written: it may be created later.
    case unknown(String)
    /// A number that cannot be granted a role.
    case refused(Refusal)
}
