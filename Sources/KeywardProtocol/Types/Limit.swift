/// A limit on what verifications may spend in any window of a length: its terms, for a key or a budget.
public struct LimitTerms: Codable, Hashable, Sendable {
    /// A slug, unique among the limits of a key or a budget.
    public var name: String
    /// What may be spent in a window, 1 to 1,000,000,000.
    public var limit: Int
    /// The length of the window, 1 to 2,678,400 (31 days).
    public var windowSeconds: Int
    /// Whether each verification spends its cost, not only one that names the limit; true if not given.
    public var automatic: Bool?

    public init(name: String, limit: Int, windowSeconds: Int, automatic: Bool? = nil) {
        self.name = name
        self.limit = limit
        self.windowSeconds = windowSeconds
        self.automatic = automatic
    }
}

/// A limit of a key or a budget, and what remains of it.
public struct Limit: Codable, Hashable, Sendable {
    /// A slug, unique among the limits of the key or the budget.
    public var name: String
    /// What may be spent in a window.
    public var limit: Int
    /// The length of the window.
    public var windowSeconds: Int
    /// Whether each verification spends its cost, not only one that names the limit.
    public var automatic: Bool
    /// What can be spent now.
    public var remaining: Int
    /// The plan that gives the limit; `nil` if it is one of the key or the budget itself.
    public var plan: String?

    public init(
        name: String, limit: Int, windowSeconds: Int, automatic: Bool, remaining: Int, plan: String? = nil
    ) {
        self.name = name
        self.limit = limit
        self.windowSeconds = windowSeconds
        self.automatic = automatic
        self.remaining = remaining
        self.plan = plan
    }
}

/// What a verification spends of a limit.
public struct LimitCost: Codable, Hashable, Sendable {
    /// The name of the limit.
    public var name: String
    /// 0 to 1,000,000; 1 if not given.
    public var cost: Int?

    public init(name: String, cost: Int? = nil) {
        self.name = name
        self.cost = cost
    }
}

/// The state of a limit after a verification that looked at it.
public struct LimitState: Codable, Hashable, Sendable {
    /// The name of the limit.
    public var name: String
    /// What may be spent in a window; `nil` if the key has no limit of this name.
    public var limit: Int?
    /// What can be spent now.
    public var remaining: Int?
    /// When the same cost can be spent, if no other verification spends; `nil` is never.
    public var resetsAt: Timestamp?

    public init(name: String, limit: Int? = nil, remaining: Int? = nil, resetsAt: Timestamp? = nil) {
        self.name = name
        self.limit = limit
        self.remaining = remaining
        self.resetsAt = resetsAt
    }
}
