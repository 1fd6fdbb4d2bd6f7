internal import ArgumentParser
internal import KeywardClient
internal import KeywardDisplay
internal import KeywardProtocol

/// The limits and credits of a key or a budget.
struct AllowanceOptions: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp(
            "At most this much in any such time, for example requests=100/60s; repeatable. Units: s, m, h, d. With :named "
                + "at the end, only verifications that name the limit spend of it. \"none\": no limits, also if the plan "
                + "gives some.",
            valueName: "name=limit/time"),
        transform: LimitArgument.parse)
    var limit: [LimitArgument] = []

    @Option(
        help: ArgumentHelp(
            "What may be spent in all, for example 1000; +500 adds to the balance.", valueName: "number"),
        transform: { try typed($0, BalanceText.init(typed:)) })
    var credits: BalanceText?

    @Option(
        help: ArgumentHelp(
            "Set the credits again and again: 1000/day, 1000/month or 1000/month:15, at 00:00 UTC.",
            valueName: "number/period"),
        transform: { try typed($0, RefillTerms.init(typed:)) })
    var refill: RefillTerms?

    /// `nil` if no limit was given.
    var limits: [LimitTerms]? { limit.isEmpty ? nil : limit.compactMap(\.terms) }

    func validate() throws {
        guard limit.count < 2 || limit.allSatisfy({ $0.terms != nil }) else {
            throw ValidationError("Options --limit none and --limit contradict each other. Give one of them.")
        }
    }

    /// `nil` if neither credits nor a refill was given.
    var creditTerms: CreditTerms? {
        guard credits != nil || refill != nil else { return nil }
        return CreditTerms(
            remaining: credits?.remaining, add: credits?.added, refill: refill.map { .set($0) } ?? .keep)
    }

    /// The terms of a change, of which some members are to be cleared.
    func creditChange(clearing credits: Bool, refill isCleared: Bool) -> Change<CreditTerms> {
        if credits { return .clear }
        var terms = creditTerms
        if isCleared {
            terms = terms ?? CreditTerms()
            terms?.refill = .clear
        }
        return terms.map { .set($0) } ?? .keep
    }
}

/// A limit as people type it: `NAME=LIMIT/TIME`, or `none`.
struct LimitArgument: Sendable {
    /// `nil` for none.
    var terms: LimitTerms?

    static func parse(_ text: String) throws -> LimitArgument {
        LimitArgument(terms: text == "none" ? nil : try typed(text, LimitTerms.init(typed:)))
    }
}

/// Parses a typed value, with the command line's own kind of error.
private func typed<Value>(_ text: String, _ parse: (String) throws(SpendingFault) -> Value) throws -> Value {
    do { return try parse(text) } catch { throw ValidationError(error.message) }
}
