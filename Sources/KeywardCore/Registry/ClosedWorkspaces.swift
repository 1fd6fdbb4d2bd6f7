/// The workspaces whose keys only their verifiers may verify. For every other peer these keys do not exist.
///
/// It is read under the registry's lock, so it holds numbers and asks no name service. A name that means another number
/// now is known from a check in the background; until then, and while the name service fails, the number stays good.
struct ClosedWorkspaces {
    /// The numbers of the closed workspaces.
    private var numbers: Set<Int64> = []
    /// Of them, those that an account or a group verifies, by its number. Void grants are not here.
    private var byAccount: [UInt32: Set<Int64>] = [:]
    private var byGroup: [UInt32: Set<Int64>] = [:]
    private var granted: [RegisteredWorkspace] = []
    private var void: Set<Principal> = []

    /// Whether there is none, as on most hosts.
    var isEmpty: Bool { numbers.isEmpty }

    mutating func set(_ workspaces: [RegisteredWorkspace]) {
        granted = workspaces.filter { !$0.verifiers.isEmpty }
        refresh()
    }

    /// Sets the principals whose names mean other numbers now. Their grants let nobody verify.
    mutating func setVoid(_ principals: Set<Principal>) {
        void = principals
        refresh()
    }

    private mutating func refresh() {
        numbers = Set(granted.map(\.number))
        (byAccount, byGroup) = ([:], [:])
        for workspace in granted {
            for verifier in workspace.verifiers where !void.contains(verifier) {
                switch verifier.kind {
                case .user: byAccount[verifier.id, default: []].insert(workspace.number)
                case .group: byGroup[verifier.id, default: []].insert(workspace.number)
                }
            }
        }
    }

    /// Whether `peer` may verify keys of a workspace.
    func admits(_ peer: borrowing PeerCredentials, to number: Int64) -> Bool {
        guard numbers.contains(number) else { return true }
        if byAccount[peer.uid]?.contains(number) == true || byGroup[peer.gid]?.contains(number) == true { return true }
        for group in peer.groups where byGroup[group]?.contains(number) == true { return true }
        return false
    }

    /// The workspace of a request from `peer` that names none: the only one that it is a verifier of. `nil` if it is a
    /// verifier of none.
    func standard(for peer: borrowing PeerCredentials) -> WorkspaceFilter? {
        var found: Int64?
        /// Whether there is at most one workspace, after these.
        func isOne(_ workspaces: Set<Int64>?) -> Bool {
            guard let number = workspaces?.first else { return true }
            guard workspaces?.count == 1, found == nil || found == number else { return false }
            found = number
            return true
        }
        guard isOne(byAccount[peer.uid]), isOne(byGroup[peer.gid]) else { return WorkspaceFilter.none }
        for group in peer.groups where !isOne(byGroup[group]) { return WorkspaceFilter.none }
        return found.map { .only($0) }
    }
}
