/// The status of a key at an instant. If several apply, the first in this order is the status.
package enum KeyStatus: String, CaseIterable, Sendable {
    case revoked, canary, superseded, expired, disabled, suspended, retiring, expiring, stale, unused, active

    /// Whether the key has ended permanently.
    package var isTerminal: Bool {
        switch self {
        case .revoked, .superseded, .expired: true
        default: false
        }
    }

    /// Whether a verification of a key with this status has a warning. A status after these excludes them all.
    @inline(__always)
    var mayWarn: Bool {
        switch self {
        case .retiring, .expiring, .stale: true
        default: false
        }
    }

    /// Whether a key with this status verifies.
    package var verifies: Bool {
        switch self {
        case .revoked, .canary, .superseded, .expired, .disabled, .suspended: false
        case .retiring, .expiring, .stale, .unused, .active: true
        }
    }
}

/// The facts that determine a key's status. Each is read only if needed: a key's last use is elsewhere in memory.
package protocol StatusBasis {
    /// The first instant at which the key no longer verifies; `.distantFuture` is never.
    var expiresAt: Instant { get }
    /// When it starts to count as expiring; `.distantFuture` is never.
    var expiringFrom: Instant { get }
    /// When its grace as predecessor ends; `.distantFuture` if that is unknown or it is not a predecessor.
    var graceEndsAt: Instant { get }
    /// When the grace ends if the successor is never used; `.distantFuture` if no first use is awaited.
    var graceWaitsUntil: Instant { get }
    var createdAt: Instant { get }
    /// The last valid use; `.distantPast` if never used.
    var lastUsedAt: Instant { get }
    var isRevoked: Bool { get }
    var isDisabled: Bool { get }
    var hasSuccessor: Bool { get }
    var isCanary: Bool { get }
    func isExpiring(at now: Instant) -> Bool
}

/// The facts that determine a key's status; plain numbers, so that a verification can read them in place.
package struct StatusFacts: StatusBasis, Sendable {
    package var expiresAt = Instant.distantFuture
    package var expiringFrom = Instant.distantFuture
    package var graceEndsAt = Instant.distantFuture
    package var graceWaitsUntil = Instant.distantFuture
    package var createdAt: Instant
    package var lastUsedAt = Instant.distantPast
    package var isRevoked = false
    package var isDisabled = false
    package var hasSuccessor = false
    package var isCanary = false

    package init(createdAt: Instant) {
        self.createdAt = createdAt
    }
}

/// The facts beside the key that affect a status: its workspace's plan and the policy.
package struct StatusContext: Sendable {
    package var apiAccess: Bool
    package var staleAfter: Instant.Span
    /// Whether the plan gives limits to keys without limits of their own.
    package var givesLimits: Bool

    package init(apiAccess: Bool, staleAfter: Instant.Span, givesLimits: Bool = false) {
        self.apiAccess = apiAccess
        self.staleAfter = staleAfter
        self.givesLimits = givesLimits
    }
}

extension StatusBasis {
    /// The status at `now`: lists, verifications and sweeps all use this function.
    @inline(__always)
    package func status(at now: Instant, in context: StatusContext) -> KeyStatus {
        terminalStatus(at: now) ?? liveStatus(at: now, in: context)
    }

    /// Whether the status at `now` is one of `wanted`.
    @inline(__always)
    package func hasStatus(in wanted: KeyStatusSet, at now: Instant, _ context: StatusContext) -> Bool {
        if let end = terminalStatus(at: now) { return wanted.contains(end) }
        return !wanted.isTerminal && wanted.contains(liveStatus(at: now, in: context))
    }

    /// Everything that applies at `now`, in the order of ``KeyStatus``, except `active`. A terminal key has only its
    /// end, a canary only that.
    package func facts(at now: Instant, in context: StatusContext) -> [KeyStatus] {
        KeyStatus.allCases.filter { holds($0, at: now, in: context) }
    }

    /// Whether `fact` is one of ``facts(at:in:)``.
    package func holds(_ fact: KeyStatus, at now: Instant, in context: StatusContext) -> Bool {
        holds(anyOf: [fact], at: now, in: context)
    }

    /// Whether one of `wanted` is one of ``facts(at:in:)``.
    @inline(__always)
    package func holds(anyOf wanted: KeyStatusSet, at now: Instant, in context: StatusContext) -> Bool {
        if let end = terminalStatus(at: now) { return wanted.contains(end) }
        if isCanary { return wanted.contains(.canary) }
        if wanted.contains(.disabled), isDisabled { return true }
        if wanted.contains(.suspended), !context.apiAccess { return true }
        if wanted.contains(.retiring), hasSuccessor { return true }
        if wanted.contains(.expiring), isExpiring(at: now) { return true }
        if wanted.contains(.stale), isStale(at: now, after: context.staleAfter) { return true }
        return wanted.contains(.unused) && isUnused
    }

    /// When and how the key ends without a change, as far as is known: the earlier of expiry and end of grace.
    @inline(__always)
    package var end: (at: Instant, status: KeyStatus) {
        let graceEnd = effectiveGraceEnd
        return graceEnd < expiresAt ? (graceEnd, .superseded) : (expiresAt, .expired)
    }

    /// The end of the grace period. While the successor stays unused, a predecessor that was used within the last day
    /// is held.
    @inline(__always)
    package var effectiveGraceEnd: Instant {
        graceWaitsUntil == .distantFuture ? graceEndsAt : max(graceWaitsUntil, lastUsedAt + .days(1))
    }

    package var isUnused: Bool { lastUsedAt == .distantPast }

    @inline(__always)
    package func isExpiring(at now: Instant) -> Bool { now >= expiringFrom }

    /// Whether it was not used for `span`; a key that was never used counts from its creation.
    @inline(__always)
    package func isStale(at now: Instant, after span: Instant.Span) -> Bool {
        now >= lastUsedAt + span && now >= createdAt + span
    }

    /// When it becomes stale if it is not used.
    package func staleAt(after span: Instant.Span) -> Instant {
        max(createdAt, lastUsedAt) + span
    }

    /// The status of a key that has not ended.
    @inline(__always)
    private func liveStatus(at now: Instant, in context: StatusContext) -> KeyStatus {
        if isCanary { return .canary }
        if isDisabled { return .disabled }
        if !context.apiAccess { return .suspended }
        if hasSuccessor { return .retiring }
        if isExpiring(at: now) { return .expiring }
        if isStale(at: now, after: context.staleAfter) { return .stale }
        return isUnused ? .unused : .active
    }

    @inline(__always)
    private func terminalStatus(at now: Instant) -> KeyStatus? {
        if isRevoked { return .revoked }
        if isCanary { return nil }
        let end = end
        return now >= end.at ? end.status : nil
    }
}

extension StatusFacts {
    /// How long a predecessor waits for its successor's first use.
    package static let longestWait: Instant.Span = .days(30)

    /// Starts the grace period after the successor's first use; a key that has ended stays ended.
    package mutating func startGrace(_ grace: Instant.Span, at now: Instant) {
        graceEndsAt = end.at > now ? now + grace : effectiveGraceEnd
        graceWaitsUntil = .distantFuture
    }

    /// The facts of a stored key; `origin` is the rotation that created its successor.
    ///
    /// If a key's successor was deleted, and the grace period with it, the key has ended: nothing may revive it.
    package init(of key: some KeyTerms, lastUsedAt: Instant?, origin: KeyRecord.Rotation?) {
        self.init(createdAt: key.createdAt)
        expiresAt = key.expiresAt ?? .distantFuture
        if let end = key.expiresAt { expiringFrom = end - Self.notice(forLifetime: key.lifetime) }
        self.lastUsedAt = lastUsedAt ?? .distantPast
        isRevoked = key.revokedAt != nil
        isDisabled = key.disabledAt != nil
        hasSuccessor = key.successor != nil
        isCanary = key.isCanary
        graceEndsAt = key.graceEndsAt ?? .distantFuture
        guard key.successor != nil, key.graceEndsAt == nil else { return }
        if let origin {
            graceWaitsUntil = origin.startedAt + Self.longestWait
        } else {
            graceEndsAt = .distantPast
        }
    }

    /// The longest time before its end that a key counts as expiring.
    static let longestNotice: Instant.Span = .days(30)

    /// How long before its end a key counts as expiring: 30 days, or a fifth of its life if that is less.
    static func notice(forLifetime lifetime: Instant.Span?) -> Instant.Span {
        min(longestNotice, Instant.Span(milliseconds: (lifetime ?? .days(150)).milliseconds / 5))
    }
}
