internal import KeywardBase
internal import KeywardClient
internal import KeywardDisplay

/// What a person enters for a new key.
struct NewKeyFields: Hashable, Sendable {
    var name = ""
    /// `2026-12-31`; empty is never.
    var expires = ""
    var ownerName = ""
    var ownerContact = ""
    var ownerPrincipal = ""
    var purpose = ""
    /// Separated by spaces.
    var scopes = ""
    var spending = SpendingFields()
    var isCanary = false
    /// Makes the form usable once.
    var requestID: String

    init(requestID: String) {
        self.requestID = requestID
    }

    init?(_ fields: FormFields) {
        guard let requestID = fields["request"] else { return nil }
        self.init(requestID: requestID)
        name = fields["name"] ?? ""
        expires = fields["expires"] ?? ""
        ownerName = fields["owner"] ?? ""
        ownerContact = fields["contact"] ?? ""
        ownerPrincipal = fields["principal"] ?? ""
        purpose = fields["purpose"] ?? ""
        scopes = fields["scopes"] ?? ""
        spending = SpendingFields(fields)
        isCanary = fields["canary"] != nil
    }

    var owner: Owner? {
        let texts = [ownerName, ownerContact, ownerPrincipal].map { $0.isEmpty ? nil : $0 }
        guard texts.contains(where: { $0 != nil }) else { return nil }
        return Owner(name: texts[0], contact: texts[1], principal: texts[2])
    }

    var scopeList: [String]? {
        let list = scopes.split(whereSeparator: \.isWhitespace).map(String.init)
        return list.isEmpty ? nil : list
    }
}

/// The form for a new key.
struct CreatePage: Sendable {
    let layout: Layout
    let workspace: String
    let token: String
    var fields: NewKeyFields
    /// The refusal of the last attempt.
    var refusal: RPCError?
    let now: Timestamp

    var html: HTML {
        let table = layout.paths.table(TableQuery(workspace: workspace))
        let form = ChangeForm(action: layout.paths.new(in: workspace), token: token)
        return layout.page(
            "Create a new API key",
            """
            <p class="back"><a href="\(table)">API keys</a></p>
            <div class="narrow">
            <h1>Create a new API key</h1>
            \(message)
            \(form.html(inputs + buttons(table)))
            </div>
            """)
    }

    private var inputs: HTML {
        """
        <input type="hidden" name="request" value="\(fields.requestID)">
        \(nameField)\(expiryField)\(ownerFields)\(purposeField)
        <details class="more"\(hasMore ? " open" : .empty)><summary>Scopes and confirmation by the owner</summary>
        \(scopeField)\(principalField)
        </details>
        <details class="more"\(hasLimits ? " open" : .empty)><summary>Limits, credits and addresses</summary>
        \(SpendingInputs(fields: fields.spending, refusal: refusal).html)\(canaryBox)
        </details>
        """
    }

    private func buttons(_ table: String) -> HTML {
        """
        <p class="buttons"><button class="primary">Create API Key</button> <a href="\(table)">Cancel</a></p>
        <p class="advice">The key appears on the next page, once. Be ready to store it in your approved secure location.</p>
        """
    }

    // MARK: Fields

    private var nameField: HTML {
        var field = FormField(name: "name", label: "Name", value: fields.name, fault: fault("name"))
        field.advice = """
            <p>Name the purpose and the environment: <code>prod-main-app</code>, <code>staging-api</code>, \
            <code>crm-integration</code>. Do not use personal names or customer data.</p>
            <p id="name-check" aria-live="polite"></p>
            """
        return field.input(
            more:
                " required maxlength=\"128\" autocomplete=\"off\" autocapitalize=\"none\" spellcheck=\"false\" data-name-advice"
        )
    }

    private var expiryField: HTML {
        var field = FormField(name: "expires", label: "Expiry date (optional)", value: fields.expires)
        field.fault = fault("expiresAt")
        field.advice = "The key works until the end of this day. Without a date it never expires."
        return field.input(type: "date", more: " min=\"\(LocalTime.date(of: now).text)\"")
    }

    private var ownerFields: HTML {
        var name = FormField(name: "owner", label: "Technical owner", value: fields.ownerName, fault: fault("owner"))
        name.advice = "The person or team to ask before this key changes."
        var contact = FormField(name: "contact", label: "How to reach the owner", value: fields.ownerContact)
        contact.advice = "An address, a channel or a number."
        return """
            <div class="pair">\(name.input(more: " maxlength=\"256\""))\(contact.input(more: " maxlength=\"256\""))</div>
            """
    }

    private var purposeField: HTML {
        var field = FormField(name: "purpose", label: "Purpose", value: fields.purpose, fault: fault("purpose"))
        field.advice = "The business need, in a few words."
        return field.input(more: " maxlength=\"256\"")
    }

    private var scopeField: HTML {
        var field = FormField(name: "scopes", label: "Scopes", value: fields.scopes, fault: fault("scopes"))
        field.advice = "What the key may be used for, separated by spaces. A trailing * matches any suffix."
        return field.input(more: " autocomplete=\"off\" spellcheck=\"false\"")
    }

    private var principalField: HTML {
        var field = FormField(name: "principal", label: "Account of the owner", value: fields.ownerPrincipal)
        field.advice = "It may confirm rotations: user:NAME, group:NAME, uid:N or gid:N."
        return field.input(more: " autocomplete=\"off\" spellcheck=\"false\"")
    }

    private var canaryBox: HTML {
        let mark: HTML = fields.isCanary ? " checked" : .empty
        return """
            <div class="field box"><label><input type="checkbox" name="canary" value="yes"\(mark)> \
            <span>This is a canary. Presenting it raises an alarm.</span></label></div>
            """
    }

    private var hasLimits: Bool {
        fields.spending != SpendingFields() || fields.isCanary || SpendingFields.field(of: refusal) != nil
    }

    private var hasMore: Bool {
        !fields.scopes.isEmpty || !fields.ownerPrincipal.isEmpty || refusal?.data.param == "scopes"
    }

    // MARK: Refusals

    private static let fieldsOfParams: Set<String> = ["name", "expiresAt", "owner", "purpose", "scopes"]

    private func fault(_ param: String) -> String? {
        guard let refusal, Self.field(of: refusal) == param else { return nil }
        return refusal.sentence
    }

    /// The field that a refusal is about; a taken name is about the name.
    private static func field(of refusal: RPCError) -> String? {
        if refusal.code == .conflict { return "name" }
        if let field = SpendingFields.field(of: refusal) { return field }
        return refusal.data.param.flatMap { fieldsOfParams.contains($0) ? $0 : nil }
    }

    private var message: HTML {
        guard let refusal else { return .empty }
        guard Self.field(of: refusal) == nil else {
            return Parts.message(.bad, "<p>The key was not created. See the marked field below.</p>")
        }
        return FailureText(refusal, settings: layout.settings).message(heading: "The key was not created")
    }
}

extension CivilDate {
    /// `2026-12-31`.
    var text: String {
        func digits(_ number: Int, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return "\(digits(year, 4))-\(digits(month, 2))-\(digits(day, 2))"
    }
}
