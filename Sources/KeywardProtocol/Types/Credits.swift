/// The credits of a key or a budget.
public struct Credits: Codable, Hashable, Sendable {
    /// What can be spent.
    public var remaining: Int
    /// How the balance is set again and again.
    public var refill: Refill?
    /// The next refill.
    public var refillsAt: Timestamp?

    public init(remaining: Int, refill: Refill? = nil, refillsAt: Timestamp? = nil) {
        self.remaining = remaining
        self.refill = refill
        self.refillsAt = refillsAt
    }
}

/// A balance that is set to an amount at the start of each day, or of a day of each month, UTC.
public struct Refill: Codable, Hashable, Sendable {
    /// The balance after a refill, 0 to 1,000,000,000,000,000. A greater balance falls to it.
    public var amount: Int
    /// `day` or `month`.
    public var every: Period
    /// The day of a month, 1 to 31, 1 if not given; of a shorter month, the last one.
    public var day: Int?

    public init(amount: Int, every: Period, day: Int? = nil) {
        self.amount = amount
        self.every = every
        self.day = day
    }

    /// How often a balance is set.
    public struct Period: Word {
        /// The word in the protocol.
        public var rawValue: String
        /// Accepts any word; an unknown one is kept.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// At the start of each day.
        public static let day = Period(rawValue: "day")
        /// At the start of a day of each month.
        public static let month = Period(rawValue: "month")

        /// Every known word.
        public static let known: [Period] = [.day, .month]
    }
}

/// The credits of a verified key.
public struct CreditState: Codable, Hashable, Sendable {
    /// What can be spent.
    public var remaining: Int
    /// The next refill.
    public var refillsAt: Timestamp?

    public init(remaining: Int, refillsAt: Timestamp? = nil) {
        self.remaining = remaining
        self.refillsAt = refillsAt
    }
}

/// A requested change of credits. Without credits before, it needs `remaining` or `refill`.
public struct CreditTerms: Codable, Sendable {
    /// The new balance, 0 to 10^15; `nil` keeps it.
    public var remaining: Int?
    /// What is added to the balance, 0 to 10^15.
    public var add: Int?
    package var refill: Change<RefillTerms>

    /// New credits, or a change of known ones.
    ///
    /// - Parameters:
    ///   - remaining: The new balance, 0 to 10^15. `nil` keeps it, or is the refill's amount if there was none.
    ///   - add: What is added to the balance, 0 to 10^15.
    ///   - refill: What sets the balance again; `nil` keeps that.
    public init(remaining: Int? = nil, add: Int? = nil, refill: RefillTerms? = nil) {
        self.init(remaining: remaining, add: add, refill: refill.map { .set($0) } ?? .keep)
    }

    package init(remaining: Int? = nil, add: Int? = nil, refill: Change<RefillTerms>) {
        self.remaining = remaining
        self.add = add
        self.refill = refill
    }
}

/// A requested refill, with the members of ``Refill``.
public struct RefillTerms: Codable, Sendable {
    /// The balance after the refill, 0 to 10^15.
    public var amount: Int
    /// How often.
    public var every: Refill.Period
    /// The day of the month, 1 to 31, or the last of a shorter month; `nil` is the first.
    public var day: Int?

    /// A refill of `amount` every day, or on a day of every month.
    public init(amount: Int, every: Refill.Period, day: Int? = nil) {
        self.amount = amount
        self.every = every
        self.day = day
    }
}
