/// An allowance as of an instant.
package struct AllowanceView: Sendable {
    package var record: AllowanceRecord
    /// How many keys draw on it.
    package var keyCount: Int
    /// The state of each limit, in the order of the record's.
    package var limits: [LimitState]
    package var credits: CreditState?
    /// The name of the plan that gives the limits; `nil` if they are its own.
    package var plan: String?
}

/// What is said about a balance, in the order of getting worse.
package enum CreditNotice: Comparable, Sendable {
    /// A fifth of the full balance, or less, remains.
    case low
    case exhausted

    init?(_ credits: Credits?) {
        guard let credits, credits.isLow else { return nil }
        self = credits.remaining <= 0 ? .exhausted : .low
    }
}

/// A balance is low or exhausted.
package struct CreditWarning: Hashable, Sendable {
    /// The number of the key that spent last.
    package var key: Int64
    package var notice: CreditNotice
    package var remaining: Int64
}
