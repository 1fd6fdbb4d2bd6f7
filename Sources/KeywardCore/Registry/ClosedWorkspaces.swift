/// The workspaces whose keys only their verifiers may verify. For every other peer these keys do not exist.
///
/// It is read under the registry's lock, so it holds numbers and asks no name service. A name that means another number
/// now is known from a check in the background; until then, and while the name service fails, the number stays good.
struct ClosedWorkspaces {
    private struct Workspace {
        let number: Int64
        /// Those whose grants are not void.
        var verifiers: [Principal]
    }

    private var workspaces: [Workspace] = []
    private var granted: [RegisteredWorkspace] = []
    private var void: Set<Principal> = []

    /// Whether there is none, as on most hosts.
    var isEmpty: Bool { workspaces.isEmpty }

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
        workspaces = granted.map { workspace in
            Workspace(number: workspace.number, verifiers: workspace.verifiers.filter { !void.contains($0) })
        }
    }

    /// Whether `peer` may verify keys of a workspace.
    func admits(_ peer: borrowing PeerCredentials, to number: Int64) -> Bool {
        guard let index = workspaces.firstIndex(where: { $0.number == number }) else { return true }
        return verifies(peer, index)
    }

    /// The workspace of a request from `peer` that names none: the only one that it is a verifier of. `nil` if it is a
    /// verifier of none.
    func standard(for peer: borrowing PeerCredentials) -> WorkspaceFilter? {
        var found: Int64?
        for index in workspaces.indices where verifies(peer, index) {
            guard found == nil else { return WorkspaceFilter.none }
            found = workspaces[index].number
        }
        return found.map { .only($0) }
    }

    private func verifies(_ peer: borrowing PeerCredentials, _ index: Int) -> Bool {
        for verifier in workspaces[index].verifiers where verifier.isNumber(of: peer) { return true }
        return false
    }
}
