internal import KeywardCore

/// Something that ended after a backup was made. The backup has it in its former state.
enum LostEnd: Hashable, Sendable {
    case revoked(key: String, reason: String)
    /// The predecessor of a rotation was superseded: by a confirmation, or at the end of its grace period.
    case superseded(key: String)
    /// A rotation was cancelled; `predecessor` is its old key.
    case cancelled(predecessor: String)
    case disabled(key: String)
    case memberRemoved(principal: String, workspace: String)
    /// What a member may do was set, perhaps to less than before. `role` is `nil` if it cannot be less; a verifier ends
    /// the right of all others to verify the workspace's keys.
    case memberGranted(principal: String, workspace: String, role: String?, isVerifier: Bool?)
    /// The last plan of the workspace.
    case planChanged(plan: String, workspace: String)

    /// The ends that still apply after all of `entries`, which are in order. A key that was enabled again is not
    /// disabled. An account that was granted a role again is a member. New verifiers are first: a workspace must not be
    /// open in between.
    static func all(in entries: [TrailEntry]) -> [LostEnd] {
        var ends: [(subject: String, end: LostEnd)] = []
        for entry in entries {
            guard let (subject, end) = news(entry) else { continue }
            ends.removeAll { $0.subject == subject }
            if let end { ends.append((subject, end)) }
        }
        let found = ends.map(\.end)
        return found.filter(\.makesVerifier) + found.filter { !$0.makesVerifier }
    }

    private var makesVerifier: Bool {
        if case .memberGranted(_, _, _, true) = self { true } else { false }
    }

    /// The subject of an entry, and its end; an end of `nil` cancels an earlier one of the same subject.
    private static func news(_ entry: TrailEntry) -> (subject: String, end: LostEnd?)? {
        let key = entry.keyID ?? ""
        let member = "member \(entry.workspace ?? "") \(entry.facts.principal ?? "")"
        switch entry.action {
        case "key.revoked": return ("revoked \(key)", .revoked(key: key, reason: entry.facts.reason ?? "other"))
        case "rotation.confirmed", "rotation.graceEnded": return ("superseded \(key)", .superseded(key: key))
        case "rotation.cancelled": return ("cancelled \(key) \(entry.seq)", .cancelled(predecessor: key))
        case "key.disabled": return ("disabled \(key)", .disabled(key: key))
        case "key.enabled": return ("disabled \(key)", nil)
        case "member.granted":
            guard let principal = entry.facts.principal, let workspace = entry.workspace else { return nil }
            // There is no greater role.
            let role = entry.facts.role == Role.admin.rawValue ? nil : entry.facts.role
            guard role != nil || entry.facts.verifier != nil else { return (member, nil) }
            let end = LostEnd.memberGranted(
                principal: principal, workspace: workspace, role: role, isVerifier: entry.facts.verifier)
            return (member, end)
        case "member.removed":
            guard let principal = entry.facts.principal, let workspace = entry.workspace else { return nil }
            return (member, .memberRemoved(principal: principal, workspace: workspace))
        case "workspace.planChanged":
            guard let plan = entry.facts.plan, let workspace = entry.workspace else { return nil }
            return ("plan \(workspace)", .planChanged(plan: plan, workspace: workspace))
        default: return nil
        }
    }

    /// A description for people.
    var text: String {
        switch self {
        case .revoked(let key, let reason): "revoke \(key) (\(reason))"
        case .superseded(let key): "end the predecessor \(key)"
        case .cancelled(let key): "cancel the rotation of \(key)"
        case .disabled(let key): "disable \(key)"
        case .memberRemoved(let principal, let workspace): "remove \(principal) from \(workspace)"
        case .memberGranted(let principal, let workspace, _, true?): "make \(principal) a verifier of \(workspace)"
        case .memberGranted(let principal, let workspace, let role?, _):
            "limit \(principal) in \(workspace) to the role \(role)"
        case .memberGranted(let principal, let workspace, nil, _): "make \(principal) no verifier of \(workspace)"
        case .planChanged(let plan, let workspace): "put \(workspace) on the plan \(plan)"
        }
    }
}
