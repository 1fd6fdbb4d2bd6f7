extension Authority {
    /// Refuses callers who could be told of nothing, in that workspace or in any.
    package func requireListener(_ caller: Caller, workspace name: String?) throws(Refusal) {
        if let name {
            _ = try directory.workspace(named: name, for: caller, roles, needs: .viewer)
        } else {
            try requireMember(caller)
        }
    }

    /// Whether the caller may be told of what happens in a workspace, or to the host if it is `nil`.
    package func mayReceive(_ caller: Caller, ofWorkspace name: String?) -> Bool {
        if caller.isOperator { return true }
        guard let workspace = name.flatMap({ directory.workspace(named: $0) }) else { return false }
        return roles.role(of: caller, in: workspace.number) != nil
    }
}
