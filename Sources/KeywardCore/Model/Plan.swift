/// The rules of a plan for a workspace.
package struct Plan: Hashable, Sendable {
    package var apiAccess: Bool
    /// The largest number of live keys of a workspace, without retiring ones; `nil` is no cap.
    package var maxKeys: Int?
    /// The longest life of a key in days, from when its expiry is set; `nil` is no cap.
    package var maxLifetimeDays: Int?
    package var requireExpiry: Bool
    package var requirePurpose: Bool
    /// Where to get a plan with API access.
    package var upgradeURL: String?
    /// The limits of keys that set none of their own; each key counts its own.
    package var limits: [RateLimit] = []
    /// Whether a key or budget must have an automatic limit.
    package var requireLimits = false
    /// Of each, a key or budget that has limits of its own must have an automatic limit that keeps it.
    package var maxLimits: [RateCap] = []
    /// The greatest balance of a key or budget that is set, added to or refilled; `nil` is no cap.
    package var maxCredits: Int64?

    package init(
        apiAccess: Bool, maxKeys: Int? = nil, maxLifetimeDays: Int? = nil, requireExpiry: Bool = false,
        requirePurpose: Bool = false, upgradeURL: String? = nil
    ) {
        self.apiAccess = apiAccess
        self.maxKeys = maxKeys
        self.maxLifetimeDays = maxLifetimeDays
        self.requireExpiry = requireExpiry
        self.requirePurpose = requirePurpose
        self.upgradeURL = upgradeURL
    }

    /// The rule that limits would break; `nil` if they keep the plan.
    package func rule(brokenBy limits: [RateLimit]) -> LimitRule? {
        let automatic = limits.filter(\.isAutomatic)
        if requireLimits, automatic.isEmpty { return .required }
        return maxLimits.first { cap in !automatic.contains { cap.isKept(by: $0) } }.map { .above($0) }
    }
}

/// The most that any limits of a plan's keys may let through.
package struct RateCap: Hashable, Sendable {
    /// What may be spent in a window, 1 to 1,000,000,000.
    package var limit: Int64
    /// The length of the window in whole seconds, 1 s to 31 days.
    package var window: Instant.Span

    package init(limit: Int64, window: Instant.Span) {
        self.limit = limit
        self.window = window
    }

    /// Whether a limit lets no more through in the window of the cap.
    func isKept(by other: RateLimit) -> Bool {
        // A window of the cap has this many of the limit's.
        let windows = (window.milliseconds + other.window.milliseconds - 1) / other.window.milliseconds
        let (most, overflow) = other.limit.multipliedReportingOverflow(by: windows)
        return !overflow && most <= limit
    }
}

/// A rule of a plan about limits.
package enum LimitRule: Hashable, Sendable {
    /// There must be an automatic limit.
    case required
    /// No automatic limit keeps this cap.
    case above(RateCap)
}
