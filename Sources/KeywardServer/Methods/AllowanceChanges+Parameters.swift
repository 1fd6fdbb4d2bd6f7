import KeywardCore
import KeywardProtocol

// What keys may spend, as parameters of the methods that create and change keys and budgets.

extension AllowanceChanges {
    static func check(_ params: CreateKey.Params) throws(ParamsFault) {
        try ParameterCheck.limits(params.limits)
        try ParameterCheck.credits(params.credits)
        try ParameterCheck.slug(params.budget, "budget")
        if let credits = params.credits, credits.remaining == nil, credits.refill.applied(to: nil) == nil {
            throw ParamsFault(param: "credits", "`credits` must have remaining or refill.")
        }
        try requireOne(params.budget, hasOwn: params.limits?.isEmpty == false || params.credits != nil)
    }

    static func check(_ params: UpdateKey.Params) throws(ParamsFault) {
        try ParameterCheck.limits(params.limits.applied(to: nil))
        try ParameterCheck.credits(params.credits.applied(to: nil))
        let budget = params.budget.applied(to: nil)
        try ParameterCheck.slug(budget, "budget")
        try requireOne(
            budget, hasOwn: params.limits.applied(to: nil) != nil || params.credits.applied(to: nil) != nil)
    }

    private static func requireOne(_ budget: String?, hasOwn: Bool) throws(ParamsFault) {
        guard budget != nil, hasOwn else { return }
        throw ParamsFault(
            param: "budget", "A key has `limits` and `credits` of its own or a `budget`, not both.")
    }

    init(_ params: CreateKey.Params) {
        self.init(
            limits: params.limits.map { .set($0) } ?? .keep, credits: params.credits.map { .set($0) } ?? .keep,
            budget: params.budget.map { .set($0) } ?? .keep)
    }

    init(_ params: UpdateKey.Params) {
        self.init(limits: params.limits, credits: params.credits, budget: params.budget)
    }

    init(limits: Change<[LimitTerms]>, credits: Change<CreditTerms>, budget: Change<String>) {
        self.init(
            limits: limits.given.map { $0.map { $0.map { RateLimit($0) } } },
            credits: credits.given.map { $0.map { CreditChange($0) } ?? .remove }, budget: budget.given)
    }
}

extension RateLimit {
    init(_ terms: LimitTerms) {
        self.init(
            name: terms.name, limit: Int64(terms.limit), window: .seconds(terms.windowSeconds),
            isAutomatic: terms.automatic ?? true)
    }
}

extension CreditChange {
    init(_ terms: CreditTerms) {
        self = .set(
            remaining: terms.remaining.map { Int64($0) }, adding: Int64(terms.add ?? 0),
            refill: terms.refill.given.map { $0.map { CreditRefill($0) } })
    }
}

extension CreditRefill {
    init(_ refill: RefillTerms) {
        self.init(
            amount: Int64(refill.amount), every: refill.every == .month ? .month : .day, on: Int64(refill.day ?? 1))
    }
}
