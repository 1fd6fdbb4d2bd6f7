extension Verdict.Code {
    /// The code with which a key of this status is refused; `nil` if it is not.
    init?(refusing status: KeyStatus) {
        switch status {
        case .revoked: self = .revoked
        case .superseded: self = .superseded
        case .expired: self = .expired
        case .disabled: self = .disabled
        case .suspended: self = .upgradeRequired
        case .canary: self = .notFound
        case .retiring, .expiring, .stale, .unused, .active: return nil
        }
    }
}

extension VerdictWarnings {
    init(_ facts: StatusFacts, at now: Instant, in context: StatusContext) {
        self = []
        if facts.hasSuccessor { insert(.retiring) }
        if facts.isExpiring(at: now) { insert(.expiring) }
        if facts.isStale(at: now, after: context.staleAfter) { insert(.stale) }
    }
}
