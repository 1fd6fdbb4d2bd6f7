package import KeywardProtocol

/// A text that is no limit, no refill or no number of credits; the message says which form it must have.
package struct SpendingFault: Error, Hashable {
    package var message: String
}

extension LimitTerms {
    /// Parses a limit as people type it: `NAME=LIMIT/TIME`, with `:named` at the end for one that is not automatic.
    package init(typed text: String) throws(SpendingFault) {
        let isNamed = text.hasSuffix(":named")
        let parts = (isNamed ? text.dropLast(6) : text[...]).split(separator: "=", omittingEmptySubsequences: false)
        let amounts = parts.count == 2 ? parts[1].split(separator: "/", omittingEmptySubsequences: false) : []
        guard amounts.count == 2, !parts[0].isEmpty, let limit = Int(amounts[0]),
            let seconds = SpanText.window(String(amounts[1]))
        else { throw SpendingFault(message: "Use NAME=LIMIT/TIME, for example requests=100/60s.") }
        self.init(
            name: String(parts[0]), limit: limit, windowSeconds: seconds, automatic: isNamed ? false : nil)
    }
}

extension Limit {
    /// The text that ``LimitTerms/init(typed:)`` parses.
    package var typed: String {
        "\(name)=\(limit)/\(SpanText.compact(seconds: windowSeconds))\(automatic ? "" : ":named")"
    }
}

extension RefillTerms {
    /// Parses a refill as people type it: `NUMBER/day`, `NUMBER/month`, `NUMBER/month:DAY`.
    package init(typed text: String) throws(SpendingFault) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let period = parts.count == 2 ? parts[1].split(separator: ":", omittingEmptySubsequences: false) : []
        guard let amount = parts.first.flatMap({ Int($0) }), let word = period.first, ["day", "month"].contains(word),
            period.count == 1 || (period.count == 2 && word == "month" && Int(period[1]) != nil)
        else {
            throw SpendingFault(
                message: "Use NUMBER/day, NUMBER/month or NUMBER/month:DAY, for example 1000/month:15.")
        }
        self.init(
            amount: amount, every: word == "day" ? .day : .month, day: period.count == 2 ? Int(period[1]) : nil)
    }
}

extension Refill {
    /// The text that ``RefillTerms/init(typed:)`` parses.
    package var typed: String {
        let day = day.map { ":\($0)" } ?? ""
        return "\(amount)/\(every.rawValue)\(every == .month ? day : "")"
    }
}

/// A balance as people type it: a number sets it, a number with a plus sign is added.
package struct BalanceText: Hashable, Sendable {
    package private(set) var remaining: Int?
    package private(set) var added: Int?

    package init(typed text: String) throws(SpendingFault) {
        guard let number = Int(text), number >= 0 else {
            throw SpendingFault(message: "Use a whole number, for example 1000; +500 adds to the balance.")
        }
        if text.hasPrefix("+") { added = number } else { remaining = number }
    }
}
