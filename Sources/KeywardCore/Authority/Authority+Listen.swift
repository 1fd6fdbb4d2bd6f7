extension Authority {
    /// Refuses callers that may receive no events, of that workspace or of any.
    package func requireListener(_ caller: Caller, workspace name: String?) throws(Refusal) {
        if let name {
            _ = try directory.workspace(named: name, for: caller, roles, needs: .viewer)
        } else {
            try requireMember(caller)
        }
    }

    /// Whether the caller may receive events of a workspace, or of the host if it is `nil`.
    package func mayReceive(_ caller: Caller, ofWorkspace name: String?) -> Bool {
        if caller.isOperator { return true }
        guard let workspace = name.flatMap({ directory.workspace(named: $0) }) else { return false }
        return roles.role(of: caller, in: workspace.number) != nil
    }
}
