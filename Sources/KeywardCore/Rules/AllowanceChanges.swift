/// The requested changes of what keys may spend. `nil` keeps.
package struct AllowanceChanges: Sendable {
    /// Empty for none; an inner `nil` is those of the plan.
    package var limits: [RateLimit]??
    package var credits: CreditChange?
    /// The budget to draw on; an inner `nil` is none.
    package var budget: String??

    package init(limits: [RateLimit]?? = nil, credits: CreditChange? = nil, budget: String?? = nil) {
        self.limits = limits
        self.credits = credits
        self.budget = budget
    }

    package var isEmpty: Bool { limits == nil && credits == nil && budget == nil }
}

/// A requested change of credits.
package enum CreditChange: Hashable, Sendable {
    case remove
    /// - Parameters:
    ///   - remaining: the new balance; `nil` keeps it, or is the refill's amount if there was none.
    ///   - adding: what is added to the balance, 0 or more.
    ///   - refill: `nil` keeps; an inner `nil` removes.
    case set(remaining: Int64?, adding: Int64, refill: CreditRefill??)
}

extension CreditChange {
    /// The credits after the change.
    ///
    /// - Parameters:
    ///   - credits: those as of now; `nil` if there were none.
    ///   - day: today, since 1970, UTC.
    /// - Returns: `nil` if there are none. A balance may exceed ``Credits/balances``.
    func applied(to credits: Credits?, on day: Int64) -> Credits? {
        guard case .set(let remaining, let adding, let newRefill) = self else { return nil }
        let refill = newRefill ?? credits?.refill
        var changed = credits ?? Credits(granted: 0, refilledOn: day)
        changed.refill(on: day)
        if let remaining = remaining ?? (credits == nil ? refill?.amount : nil) {
            changed.granted = changed.spent + remaining
            changed.full = remaining
        }
        changed.granted += adding
        changed.refill = refill
        if remaining != nil || newRefill != nil { changed.refilledOn = day }
        return changed
    }
}
