/// What a verdict says beside its code, for few verifications.
package struct VerdictDetails: Sendable {
    /// With `insufficientScope`: the scopes that the key lacks, in UTF-8.
    package internal(set) var missing: [[UInt8]] = []
    /// The limits that were looked at.
    package internal(set) var limits: [LimitState] = []
    /// The key's credits.
    package internal(set) var credits: CreditState?
    /// With `rateLimited` and `creditsExhausted`: when the same cost can be spent.
    package internal(set) var retryAfter: RetryAfter?

    package init() {}

    /// Forgets the last verdict, but keeps the memory.
    mutating func removeAll() {
        missing.removeAll(keepingCapacity: true)
        limits.removeAll(keepingCapacity: true)
        (credits, retryAfter) = (nil, nil)
    }
}

/// What remains of a limit.
package struct LimitState: Hashable, Sendable {
    /// In UTF-8.
    package var name: [UInt8]
    /// `nil` if the key has no limit of this name.
    package var limit: Int64?
    /// `nil` if the key has no limit of this name.
    package var remaining: Int64?
    /// When the same cost can be spent, if no other verification spends; `nil` is never.
    package var resetsAt: Instant?
}

/// What remains of credits.
package struct CreditState: Hashable, Sendable {
    package var remaining: Int64
    /// `nil` if they are not refilled.
    package var refillsAt: Instant?
}

package enum RetryAfter: Hashable, Sendable {
    case seconds(Int64)
    /// The cost is greater than the limit, or than any balance.
    case never
}
