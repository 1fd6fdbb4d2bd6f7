/// What keys may spend: limits and credits, with one count of what was spent.
///
/// Both ends of a rotation draw on one allowance. An allowance with a name is a budget: any keys of its workspace draw
/// on it. One without a name belongs to a key and its successors, and ends with the last of them.
package struct AllowanceRecord: Hashable, Sendable {
    /// 1, 2, 3, … in the order of creation.
    package var number: Int64
    /// The number of its workspace.
    package var workspace: Int64
    /// The name of a budget.
    package var name: String?
    /// Empty if it follows the plan.
    package var limits: [RateLimit]
    /// Whether the limits are those of the workspace's plan, as of now. Never of a budget.
    package var followsPlan: Bool
    package var credits: Credits?
    /// Grows whenever a person sets the credits. Counts of another revision do not tell how much was granted.
    package var revision: Int64
    /// Its block of the ledger; `nil` until it is allocated, before the allowance is stored.
    package var ledger: LedgerSlot?

    package init(
        number: Int64, workspace: Int64, name: String? = nil, limits: [RateLimit] = [], followsPlan: Bool = false,
        credits: Credits? = nil, revision: Int64 = 1, ledger: LedgerSlot? = nil
    ) {
        self.number = number
        self.workspace = workspace
        self.name = name
        self.limits = limits
        self.followsPlan = followsPlan
        self.credits = credits
        self.revision = revision
        self.ledger = ledger
    }
}

/// What was spent of an allowance's credits, to be stored.
package struct CreditTotals: Hashable, Sendable {
    /// The number of the allowance.
    package var allowance: Int64
    package var credits: Credits
    /// That of the allowance when they were taken. Credits that were set since are not overwritten.
    package var revision: Int64

    package init(allowance: Int64, credits: Credits, revision: Int64) {
        self.allowance = allowance
        self.credits = credits
        self.revision = revision
    }
}
