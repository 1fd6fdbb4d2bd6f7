internal import KeywardClient
internal import KeywardDisplay

/// What a person chooses for a rotation.
struct RotationFields: Hashable, Sendable {
    var grace = Self.afterFirstUse
    var expires = ""
    var ticked: Set<String> = []
    /// Makes the form usable once.
    var requestID: String

    static let afterFirstUse = "86400"
    /// The seconds of the grace period; with `now` from the rotation on.
    static let graces: [(value: String, label: String)] = [
        (afterFirstUse, "24 hours after the first use of the new key"),
        ("604800", "7 days after the first use of the new key"), ("86400 now", "24 hours from now"),
        ("604800 now", "7 days from now"), ("0 now", "Not at all: it stops at once"),
    ]

    init(requestID: String) {
        self.requestID = requestID
    }

    init?(_ fields: FormFields) {
        guard let requestID = fields["request"] else { return nil }
        self.init(requestID: requestID)
        if let grace = fields["grace"], Self.graces.contains(where: { $0.value == grace }) { self.grace = grace }
        expires = fields["expires"] ?? ""
        ticked = Set(fields.all("check"))
    }

    var graceSeconds: Int? { grace.split(separator: " ").first.flatMap { Int($0) } }
    var graceStarts: GraceStart { grace.hasSuffix("now") ? .now : .firstUse }
}

/// The form that rotates a key.
struct RotatePage: Sendable {
    let layout: Layout
    let key: Key
    let token: String
    var fields: RotationFields
    var refusal: RPCError?
    let now: Timestamp

    /// The check that the daemon makes for production keys.
    static let ownerCheck = "productionRotation"

    var html: HTML {
        let form = ChangeForm(action: layout.paths.action("rotate", on: key.id), token: token)
        return layout.page(
            "Rotate \(key.name)",
            """
            <p class="back"><a href="\(layout.paths.key(key.id))">\(key.name)</a></p>
            <div class="narrow">
            <h1>Rotate \(key.name)</h1>
            <p>The new key has the same name, owner and scopes. The old key, <code>\(key.prefix)</code>, keeps working for \
            a while.</p>
            \(message)
            \(form.html(inputs))
            </div>
            """)
    }

    private var inputs: HTML {
        """
        <input type="hidden" name="request" value="\(fields.requestID)">
        <h2>1. Tell the technical owner</h2>
        \(usage)
        \(boxes)
        <h2>2. Rotate the key</h2>
        \(graceField)\(expiryField)
        <p class="buttons"><button class="primary">Rotate key</button> \
        <a href="\(layout.paths.key(key.id))">Keep the key</a></p>
        <h2>3. Copy and deliver the new key</h2>
        <p>The next page shows it once. Use your approved secure process.</p>
        <h2>4. Ask the owner to confirm</h2>
        <p>When the update is complete, confirm the rotation on the page of the key. While the new key is unused, you can \
        cancel.</p>
        """
    }

    private var usage: HTML {
        let owner: HTML =
            key.owner.map { "<p>Owner: \(OwnerText.html($0))</p>" } ?? "<p>No owner is recorded for this key.</p>"
        guard let at = key.lastUsedAt else { return "\(owner)<p>The key was never used.</p>" }
        let account: HTML? = key.lastUsedBy.map { " by \(Parts.entered($0.shown))" }
        return "\(owner)<p>Last used \(Parts.exactTime(at, now: now))\(account).</p>"
    }

    private var boxes: HTML {
        let who: HTML =
            key.owner.flatMap { $0.name ?? $0.contact ?? $0.principal }.map {
                "the technical owner, \(Parts.entered($0)),"
            }
            ?? "the people who use this key"
        return ConfirmationBoxes(
            boxes: [(Self.ownerCheck, "I have told \(who) about this rotation.")], ticked: fields.ticked,
            missing: refusal?.data.checks ?? []
        ).html
    }

    private var graceField: HTML {
        var field = FormField(name: "grace", label: "The old key keeps working", value: fields.grace)
        field.fault = refusal?.data.param == "graceSeconds" ? refusal?.sentence : nil
        return field.select(RotationFields.graces)
    }

    private var expiryField: HTML {
        var field = FormField(name: "expires", label: "Expiry date of the new key (optional)", value: fields.expires)
        field.fault = refusal?.data.param == "expiresAt" ? refusal?.sentence : nil
        field.advice = "Without a date, the new key has the same lifetime as the old one."
        return field.input(type: "date", more: " min=\"\(LocalTime.date(of: now).text)\"")
    }

    private var message: HTML? {
        guard let refusal, refusal.data.param == nil || !["expiresAt", "graceSeconds"].contains(refusal.data.param)
        else {
            return nil
        }
        if refusal.code == .confirmationRequired {
            return Parts.message(.bad, "<p>The key was not rotated. Confirm the marked points below.</p>")
        }
        return FailureText(refusal, settings: layout.settings).message(heading: "The key was not rotated")
    }
}
