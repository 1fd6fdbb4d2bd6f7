import KeywardBase

/// A balance that verifications spend. It consists of two numbers, so that what is spent only grows.
package struct Credits: Hashable, Sendable {
    /// All that was ever granted.
    package var granted: Int64
    /// All that was ever spent.
    package var spent: Int64
    /// What a balance is low in comparison with: the last value set, or the amount of a refill.
    package var full: Int64
    /// How the balance is set again and again.
    package var refill: CreditRefill?
    /// The day, since 1970, UTC, of the last refill or setting.
    package var refilledOn: Int64

    package init(granted: Int64, spent: Int64 = 0, full: Int64? = nil, refill: CreditRefill? = nil, refilledOn: Int64) {
        self.granted = granted
        self.spent = spent
        self.full = full ?? granted - spent
        self.refill = refill
        self.refilledOn = refilledOn
    }

    package var remaining: Int64 { granted - spent }

    /// Whether a fifth of the full balance, or less, remains.
    package var isLow: Bool { remaining <= full / 5 }

    /// Sets the balance if a refill is due on `day`; whether it was.
    @discardableResult
    package mutating func refill(on day: Int64) -> Bool {
        guard let refill, refill.latest(on: day) > refilledOn else { return false }
        granted = spent + refill.amount
        full = refill.amount
        refilledOn = day
        return true
    }

    /// The next refill after a day, since 1970, UTC; `nil` if there is none.
    package func nextRefill(after day: Int64) -> Instant? { refill.map { Instant(day: $0.next(after: day)) } }

    /// The range of a balance that is set.
    package static let balances: ClosedRange<Int> = 0...1_000_000_000_000_000
}

/// A balance that is set to an amount at the start of each day, or of a day of each month, UTC.
package struct CreditRefill: Hashable, Sendable {
    package enum Period: String, Sendable {
        case day, month
    }

    package var amount: Int64
    package var period: Period
    /// The day of the month, 1 to 31; of a shorter month, the last one. 1 for a daily refill.
    package var day: Int64

    package init(amount: Int64, every period: Period, on day: Int64 = 1) {
        self.amount = amount
        self.period = period
        self.day = day
    }

    /// The last day, up to `day`, on which a refill is due.
    package func latest(on day: Int64) -> Int64 {
        guard period == .month else { return day }
        let date = CivilDate(daysSinceEpoch: Int(day))
        let due = dueDay(in: date.month, of: date.year)
        return due <= day ? due : dueDay(in: date.month - 1, of: date.year)
    }

    /// The first day after `day` on which a refill is due.
    package func next(after day: Int64) -> Int64 {
        guard period == .month else { return day + 1 }
        let date = CivilDate(daysSinceEpoch: Int(day))
        let due = dueDay(in: date.month, of: date.year)
        return due > day ? due : dueDay(in: date.month + 1, of: date.year)
    }

    /// The day of the refill in a month, 0 to 13.
    private func dueDay(in month: Int, of year: Int) -> Int64 {
        let (month, year) = month == 0 ? (12, year - 1) : month == 13 ? (1, year + 1) : (month, year)
        let last = CivilDate.days(in: month, of: year)
        return Int64(CivilDate(year: year, month: month, day: min(Int(day), last)).daysSinceEpoch)
    }
}
