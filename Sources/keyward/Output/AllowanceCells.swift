internal import KeywardClient
internal import KeywardDisplay
internal import KeywardProtocol

extension FactSheet {
    /// The limits and credits of a key or a budget.
    mutating func addAllowance(_ limits: [Limit], _ credits: Credits?, now: Timestamp) {
        for limit in limits {
            add("Limit", "limit.\(limit.name)", Cell(screen: limit.shown, exact: "\(limit.remaining)"))
            addExact("limit.\(limit.name).limit", String(limit.limit))
            addExact("limit.\(limit.name).windowSeconds", String(limit.windowSeconds))
            addExact("limit.\(limit.name).automatic", String(limit.automatic))
            addExact("limit.\(limit.name).plan", limit.plan)
        }
        guard let credits else { return }
        add(
            "Credits", "credits.remaining",
            Cell(screen: CountText.grouped(credits.remaining), exact: String(credits.remaining)))
        if let refill = credits.refill {
            add("Refill", "credits.refill", Cell(screen: refill.shown, exact: refill.exact))
            add("Next refill", "credits.refillsAt", credits.refillsAt.map { .point($0, now) })
        }
    }
}

extension Limit {
    /// `requests  [#########-] 97 of 100 left, in 60 s, of the plan free`.
    var shown: String {
        let filled = limit == 0 ? 0 : min(10, remaining * 10 / limit)
        let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: 10 - filled)
        let named = automatic ? "" : ", if it is named"
        return "\(name)  [\(bar)] \(CountText.grouped(remaining)) of \(CountText.grouped(limit)) left, in "
            + SpanText.exact(seconds: windowSeconds) + named + (plan.map { ", of the plan \($0)" } ?? "")
    }

    /// `100/60 s`.
    var short: String { "\(CountText.short(limit))/\(SpanText.exact(seconds: windowSeconds))" }
}

extension Refill {
    fileprivate var exact: String { every == .month ? "\(amount)/month:\(day ?? 1)" : "\(amount)/day" }
}
