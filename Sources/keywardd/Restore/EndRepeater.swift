internal import KeywardCore
internal import KeywardServer

/// Repeats ends that a restored backup does not have. Each is a change by the caller of the restore, with an audit
/// entry.
struct EndRepeater {
    /// The outcome of one end.
    enum Outcome: Equatable {
        case done
        /// The backup already has the end, or does not need it.
        case needless
        /// The backup does not have the object.
        case unknown
        case refused(String)
    }

    let authority: Authority
    let caller: Caller
    let now: Instant

    func makeAgain(_ end: LostEnd) -> Outcome {
        let before = authority.committer.newestEntry
        do throws(Refusal) {
            try change(end)
            return authority.committer.newestEntry == before ? .needless : .done
        } catch {
            if case .notFound = error { return .unknown }
            return .refused(error.message(accounts: authority.accounts))
        }
    }

    private func change(_ end: LostEnd) throws(Refusal) {
        switch end {
        case .revoked(let key, let reason): try revoke(key, reason)
        case .superseded(let key):
            do {
                try perform(Operations.ConfirmRotation(.id(key), workspace: nil, isConfirmed: true))
            } catch {
                // The rotation started after the backup: its new key is lost, and the old one had ended.
                try revoke(key, "superseded")
            }
        case .cancelled(let key):
            do { try perform(Operations.CancelRotation(.id(key), workspace: nil)) } catch {
                // Without an open rotation there is no new key to end.
                guard case .invalidState = error else { throw error }
            }
        case .disabled(let key): try perform(Operations.DisableKey(.id(key), workspace: nil))
        case .memberRemoved(let principal, let workspace):
            try perform(Operations.RemoveMember(principal, fromWorkspace: workspace, isConfirmed: true))
        case .memberGranted(let principal, let workspace, let role, let isVerifier):
            try limit(principal, workspace, role, isVerifier)
        case .planChanged(let plan, let workspace):
            let held = try authority.workspace(named: workspace, for: caller, at: now).plan
            guard let wanted = authority.directory.policy.plans[plan], wanted.grantsLess(than: held) else { return }
            try perform(Operations.SetPlan(plan, ofWorkspace: workspace, isConfirmed: true))
        }
    }

    /// Takes away what a member may do beyond a later grant, and adds a verifier.
    private func limit(_ principal: String, _ workspace: String, _ role: String?, _ isVerifier: Bool?) throws(Refusal) {
        let members = try authority.members(ofWorkspace: workspace, for: caller)
        let known = members.first { $0.principal.text == principal }
        var change = Operations.GrantMember(.keep, to: principal, inWorkspace: workspace, isConfirmed: true)
        if let role, let held = known?.role {
            let wanted = Role(rawValue: role)
            if wanted.map({ $0 < held }) ?? true { change.role = .set(wanted) }
        }
        if isVerifier == true { change.isVerifier = true }
        // Without another verifier the workspace would be open to all.
        if isVerifier == false, members.contains(where: { $0.isVerifier && $0.principal.text != principal }) {
            change.isVerifier = false
        }
        // A grant without a change could grant something: its name may mean another account now.
        let changesVerifier = change.isVerifier.map { $0 != (known?.isVerifier ?? false) } ?? false
        if change.role != .keep || changesVerifier { try perform(change) }
    }

    private func revoke(_ key: String, _ reason: String) throws(Refusal) {
        try perform(
            Operations.RevokeKey(
                .id(key), workspace: nil, reason: reason, note: "repeated after a restore", isConfirmed: true))
    }

    private func perform(_ operation: some Operation) throws(Refusal) {
        _ = try authority.committer.perform(operation, by: caller, at: now)
    }
}

extension Plan {
    /// Whether this plan grants less than `other` in some respect.
    func grantsLess(than other: Plan) -> Bool {
        other.apiAccess && !apiAccess || (maxKeys ?? .max) < (other.maxKeys ?? .max)
            || (maxLifetimeDays ?? .max) < (other.maxLifetimeDays ?? .max)
            || requireExpiry && !other.requireExpiry || requirePurpose && !other.requirePurpose
    }
}
