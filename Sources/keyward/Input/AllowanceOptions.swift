internal import ArgumentParser
internal import KeywardClient
internal import KeywardDisplay
internal import KeywardProtocol

/// The limits and credits of a key or a budget.
struct AllowanceOptions: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp(
            "At most this much in any such time, for example requests=100/60s; repeatable. Units: s, m, h, d. With :named "
                + "at the end, only verifications that name the limit spend of it.",
            valueName: "name=limit/time"),
        transform: LimitArgument.terms)
    var limit: [LimitTerms] = []

    @Option(
        help: ArgumentHelp(
            "What may be spent in all, for example 1000; +500 adds to the balance.", valueName: "number"),
        transform: CreditsArgument.parse)
    var credits: CreditsArgument?

    @Option(
        help: ArgumentHelp(
            "Set the credits again and again: 1000/day, 1000/month or 1000/month:15, at 00:00 UTC.",
            valueName: "number/period"),
        transform: RefillArgument.terms)
    var refill: RefillTerms?

    /// `nil` if no limit was given.
    var limits: [LimitTerms]? { limit.isEmpty ? nil : limit }

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

/// A limit as people type it: `NAME=LIMIT/TIME`.
enum LimitArgument {
    static func terms(_ text: String) throws -> LimitTerms {
        let isNamed = text.hasSuffix(":named")
        let parts = (isNamed ? text.dropLast(6) : text[...]).split(separator: "=", omittingEmptySubsequences: false)
        let amounts = parts.count == 2 ? parts[1].split(separator: "/", omittingEmptySubsequences: false) : []
        guard amounts.count == 2, !parts[0].isEmpty, let limit = Int(amounts[0]), let span = seconds(String(amounts[1]))
        else {
            throw ValidationError("Use NAME=LIMIT/TIME, for example requests=100/60s.")
        }
        return LimitTerms(
            name: String(parts[0]), limit: limit, windowSeconds: span, automatic: isNamed ? false : nil)
    }

    private static func seconds(_ text: String) -> Int? {
        let units: [(String, Int64)] = [("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400)]
        return SpanText.number(text, of: units.map { (name: $0.0, size: $0.1) }, 1 << 31).map { Int($0) }
    }
}

/// A balance, or with a plus sign what is added to it.
struct CreditsArgument: Sendable {
    var remaining: Int?
    var added: Int?

    static func parse(_ text: String) throws -> CreditsArgument {
        guard let number = Int(text), number >= 0 else {
            throw ValidationError("Use a whole number, for example 1000; +500 adds to the balance.")
        }
        return text.hasPrefix("+") ? CreditsArgument(added: number) : CreditsArgument(remaining: number)
    }
}

/// A refill as people type it: `NUMBER/day`, `NUMBER/month`, `NUMBER/month:DAY`.
enum RefillArgument {
    static func terms(_ text: String) throws -> RefillTerms {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let period = parts.count == 2 ? parts[1].split(separator: ":", omittingEmptySubsequences: false) : []
        guard let amount = parts.first.flatMap({ Int($0) }), let word = period.first, ["day", "month"].contains(word),
            period.count == 1 || (period.count == 2 && word == "month" && Int(period[1]) != nil)
        else {
            throw ValidationError("Use NUMBER/day, NUMBER/month or NUMBER/month:DAY, for example 1000/month:15.")
        }
        return RefillTerms(
            amount: amount, every: word == "day" ? .day : .month, day: period.count == 2 ? Int(period[1]) : nil)
    }
}
