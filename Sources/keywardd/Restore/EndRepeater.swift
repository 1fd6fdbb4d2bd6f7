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
        case .verifierGranted(let principal, let workspace):
            try perform(
                Operations.GrantMember(
                    .keep, isVerifier: true, to: principal, inWorkspace: workspace, isConfirmed: true))
        case .planChanged(let plan, let workspace):
            let held = try authority.workspace(named: workspace, for: caller, at: now).plan
            guard let wanted = authority.directory.policy.plans[plan], wanted.grantsLess(than: held) else { return }
            try perform(Operations.SetPlan(plan, ofWorkspace: workspace, isConfirmed: true))
        }
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
