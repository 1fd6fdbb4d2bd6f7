internal import KeywardClient
internal import KeywardDisplay

/// What a key may still spend: its limits and credits, or those of its budget.
struct AllowanceCard: Sendable {
    let key: Key
    let now: Timestamp

    /// `nil` for a key that has none.
    var html: HTML? {
        let limits = key.limits ?? []
        guard !limits.isEmpty || key.credits != nil || key.budget != nil else { return nil }
        return """
            <section class="card"><h2>Limits and credits</h2>
            \(budget)\(limits.isEmpty ? nil : table(limits))\(plan(limits))\(credits)
            </section>
            """
    }

    private var budget: HTML? {
        key.budget.map {
            "<p>This key draws on the budget \(Parts.entered($0)). All keys of the budget share what is left.</p>"
        }
    }

    private func plan(_ limits: [Limit]) -> HTML? {
        limits.first?.plan.map { "<p class=\"faint\">These limits come from the plan \(Parts.entered($0)).</p>" }
    }

    private func table(_ limits: [Limit]) -> HTML {
        """
        <table class="plain"><caption class="hidden">What is left of each limit</caption>
        <thead><tr><th scope="col">Limit</th><th scope="col">Left</th><th scope="col">Window</th></tr></thead>
        <tbody>\(limits.map(row).joined())</tbody></table>
        """
    }

    private func row(_ limit: Limit) -> HTML {
        let condition: HTML? = limit.automatic ? nil : "<span class=\"faint\">, only when it is named</span>"
        return """
            <tr><th scope="row">\(Parts.entered(limit.name))</th>\
            <td>\(CountText.grouped(limit.remaining)) of \(CountText.grouped(limit.limit))\(Self.bar(limit))</td>\
            <td>\(SpanText.exact(seconds: limit.windowSeconds))\(condition)</td></tr>
            """
    }

    /// The numbers beside it say the same.
    private static func bar(_ limit: Limit) -> HTML {
        // At least a visible part while something is left.
        let share = Double(limit.remaining) / Double(max(1, limit.limit)) * 100
        let width = limit.remaining <= 0 ? 0 : min(100, max(2, Int(share)))
        return """
            <svg class="left" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">\
            <rect width="\(width)" height="8"/></svg>
            """
    }

    private var credits: HTML? {
        key.credits.map { credits in
            Parts.facts([
                ("Credits left", "\(CountText.grouped(credits.remaining))"),
                ("Refill", credits.refill.map { "\($0.shown)" } ?? "none"),
                ("Next refill", credits.refillsAt.map { Parts.exactTime($0, now: now) }),
            ])
        }
    }
}
