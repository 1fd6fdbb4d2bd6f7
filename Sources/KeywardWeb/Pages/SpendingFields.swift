internal import KeywardClient
internal import KeywardDisplay
internal import KeywardProtocol

/// What a person enters about what a key may spend, and for which clients it verifies. The texts are those of the command
/// line.
struct SpendingFields: Hashable, Sendable {
    /// Separated by spaces.
    var limits = ""
    /// A number, or with a plus sign what is added.
    var credits = ""
    var refill = ""
    var budget = ""
    /// Blocks, separated by spaces.
    var addresses = ""

    /// The field that a refusal is about: `limits` for `limits[].limit`, `refill` for `credits.refill.day`. `nil` for another
    /// parameter.
    static func field(of refusal: RPCError?) -> String? {
        if refusal?.isAboutBudget == true { return "budget" }
        guard let param = refusal?.data.param else { return nil }
        if param.hasPrefix("credits.refill") { return "refill" }
        let field = String(param.prefix { $0 != "." && $0 != "[" })
        return ["limits", "credits", "refill", "budget", "addresses"].contains(field) ? field : nil
    }

    init() {}

    init(_ fields: FormFields) {
        limits = fields["limits"] ?? ""
        credits = fields["credits"] ?? ""
        refill = fields["refill"] ?? ""
        budget = fields["budget"] ?? ""
        addresses = fields["addresses"] ?? ""
    }

    /// What a key has. Its balance changes with each use, so that field is empty.
    init(of key: Key) {
        if key.budget == nil {
            // Those of the plan are not the key's: an empty field means them.
            limits = (key.limits ?? []).filter { $0.plan == nil }.map(\.typed).joined(separator: " ")
            refill = key.credits?.refill?.typed ?? ""
        }
        budget = key.budget ?? ""
        addresses = (key.addresses ?? []).joined(separator: " ")
    }

    /// `nil` if none is entered.
    func limitTerms() throws(KeywardError) -> [LimitTerms]? {
        try Self.parsed("limits") { () throws(SpendingFault) in
            var terms: [LimitTerms] = []
            for text in limits.split(whereSeparator: \.isWhitespace) {
                terms.append(try LimitTerms(typed: String(text)))
            }
            return terms.isEmpty ? nil : terms
        }
    }

    /// The credits as a change of the `former` fields: an empty balance is kept, an empty refill is removed.
    func creditEdit(from former: SpendingFields = SpendingFields()) throws(KeywardError) -> Edit<CreditTerms> {
        let balance = try Self.parsed("credits") { () throws(SpendingFault) in
            credits.isEmpty ? nil : try BalanceText(typed: credits)
        }
        let terms = try Self.parsed("refill") { () throws(SpendingFault) in
            refill.isEmpty ? nil : try RefillTerms(typed: refill)
        }
        if balance == nil, refill == former.refill { return .keep }
        let change: Change<RefillTerms> = refill == former.refill ? .keep : terms.map { .set($0) } ?? .clear
        return .set(CreditTerms(remaining: balance?.remaining, add: balance?.added, refill: change))
    }

    var budgetName: String? { budget.isEmpty ? nil : budget }

    var addressList: [String]? {
        let list = addresses.split(whereSeparator: \.isWhitespace).map(String.init)
        return list.isEmpty ? nil : list
    }

    /// Empties fields into which a secret was entered by mistake.
    mutating func removeSecrets() {
        for member in [\SpendingFields.limits, \.credits, \.refill, \.budget, \.addresses]
        where SecretShape.isContained(in: self[keyPath: member]) {
            self[keyPath: member] = ""
        }
    }

    /// The value of a field; a fault is a refusal in the daemon's form.
    private static func parsed<Value>(
        _ param: String, _ parse: () throws(SpendingFault) -> Value
    ) throws(KeywardError) -> Value {
        do { return try parse() } catch {
            throw .rejected(RPCError(.invalidParams, error.message, data: RPCError.Facts(param: param)))
        }
    }
}

extension RPCError {
    /// Whether it says that a budget does not exist: its remedy lists the budgets.
    var isAboutBudget: Bool { code == .notFound && data.remedy?.first == "budget" }
}

/// The inputs for ``SpendingFields``.
struct SpendingInputs: Sendable {
    let fields: SpendingFields
    var refusal: RPCError?
    /// What is left of the credits now.
    var left: Int?

    var html: HTML {
        """
        \(input("limits", "Limits", fields.limits, limitAdvice))
        <div class="pair">\(input("credits", "Credits", fields.credits, creditAdvice))\
        \(input("refill", "Refill", fields.refill, "For example <code>1000/day</code> or <code>1000/month:15</code>, at 00:00 UTC."))</div>
        \(input("budget", "Budget", fields.budget, "Limits and credits that several keys share. Then the key has none of its own."))
        \(input("addresses", "Addresses", fields.addresses, addressAdvice))
        """
    }

    private var limitAdvice: HTML {
        """
        At most so much in any such time, separated by spaces: <code>requests=100/60s exports=5/1d:named</code>. A limit with \
        <code>:named</code> is spent only by verifications that name it. Empty: the limits of the plan, if it gives any.
        """
    }

    private var creditAdvice: HTML {
        guard let left else { return "What may be spent in all, for example 1000." }
        return "Now \(CountText.grouped(left)) are left. A number sets the balance, +500 adds to it, empty keeps it."
    }

    private var addressAdvice: HTML {
        "Blocks of clients for which alone the key verifies, separated by spaces: <code>10.0.0.0/8 2001:db8::/32</code>."
    }

    private func input(_ name: String, _ label: String, _ value: String, _ advice: HTML) -> HTML {
        var field = FormField(name: name, label: label, value: value)
        field.fault = SpendingFields.field(of: refusal) == name ? refusal?.sentence : nil
        field.advice = advice
        return field.input(more: " autocomplete=\"off\" autocapitalize=\"none\" spellcheck=\"false\"")
    }
}
