internal import KeywardClient
internal import KeywardDisplay

/// The words of reasons for a revocation.
enum ReasonText {
    static func label(_ reason: Key.Revocation.Reason) -> String {
        switch reason {
        case .compromised: "compromised"
        case .superseded: "replaced by another key"
        case .unused: "no longer needed"
        case .ownerLeft: "the owner has left"
        case .other: "other"
        default: reason.rawValue
        }
    }

    static var choices: [(value: String, label: String)] {
        Key.Revocation.Reason.known.map { reason in
            let label = label(reason)
            return (reason.rawValue, label.prefix(1).uppercased() + label.dropFirst())
        }
    }
}

/// The form that revokes a key: the three questions, each with the facts that answer it.
struct RevokePage: Sendable {
    let layout: Layout
    let key: Key
    let rotation: RotationEnds?
    /// Valid uses within the last 24 hours.
    let usesLastDay: Int
    let token: String
    var reason = Key.Revocation.Reason.unused.rawValue
    var note = ""
    var ticked: Set<String> = []
    var refusal: RPCError?
    let now: Timestamp

    var html: HTML {
        let form = ChangeForm(action: layout.paths.action("revoke", on: key.id), token: token)
        return layout.page(
            "Revoke \(key.name)",
            """
            <p class="back"><a href="\(layout.paths.key(key.id))">\(key.name)</a></p>
            <div class="narrow">
            <h1>Revoke \(key.name)</h1>
            <p class="under"><code>\(key.prefix)</code> \(Parts.status(key.status))</p>
            \(message)
            <ol class="questions">\(needed)\(replaced)\(agreed)</ol>
            \(form.html(inputs))
            </div>
            """)
    }

    private var isInUse: Bool {
        key.lastUsedAt.map { now.milliseconds - $0.milliseconds < 86_400_000 } ?? false
    }

    /// - Parameter isGood: Whether the facts speak for the revocation; `nil` if only a person can know.
    private func question(_ text: String, isGood: Bool?, _ answer: HTML) -> HTML {
        let (shape, word): (HTML, String) =
            switch isGood {
            case true?: ("full good", "Yes:")
            case false?: ("warn notice", "Attention:")
            case nil: ("open faint", "Ask:")
            }
        return """
            <li><h2>\(text)</h2><p><i class="shape \(shape)" aria-hidden="true"></i>\
            <span class="hidden">\(word)</span> \(answer)</p></li>
            """
    }

    private var needed: HTML {
        let title = "Is the key no longer needed?"
        guard let at = key.lastUsedAt else {
            return question(
                title, isGood: true,
                "It was never used since it was created \(Parts.exactTime(key.createdAt, now: now)).")
        }
        let account: HTML? = key.lastUsedBy.map { " by \(Parts.entered($0.shown))" }
        let uses = CountText.of(usesLastDay, "time")
        let often: HTML? = isInUse ? ", \(uses) in the last 24 hours" : nil
        return question(title, isGood: !isInUse, "Last used \(Parts.exactTime(at, now: now))\(account)\(often).")
    }

    private var replaced: HTML {
        let title = "Is any replacement already in use?"
        guard let rotation, rotation.rotation.predecessor == key.id, let new = rotation.new, !new.status.isEnded else {
            return question(title, isGood: isInUse ? false : nil, "The key has no replacement.\(otherKey)")
        }
        guard let at = rotation.rotation.firstUsedAt else {
            return question(title, isGood: false, "<code>\(new.prefix)</code> replaces it, and was never used.")
        }
        return question(
            title, isGood: true,
            "<code>\(new.prefix)</code> replaces it, and was first used \(Parts.exactTime(at, now: now)).")
    }

    private var otherKey: HTML? {
        guard let rotation, rotation.isOpen, let old = rotation.old, old.id != key.id else { return nil }
        return " It replaces <code>\(old.prefix)</code>, which still works."
    }

    private var agreed: HTML {
        let title = "Does the technical owner agree?"
        guard let owner = key.owner else {
            return question(
                title, isGood: nil, "No owner is recorded. Ask the people who use the key if you are unsure.")
        }
        return question(title, isGood: nil, "Check with \(OwnerText.html(owner)) if you are unsure.")
    }

    private var inputs: HTML {
        let reasonField = FormField(name: "reason", label: "Reason", value: reason)
        var noteField = FormField(name: "note", label: "Note (optional)", value: note)
        noteField.fault = refusal?.data.param == "note" ? refusal?.sentence : nil
        let disable: HTML? =
            key.actions.contains(.disable)
            ? """
            <p class="advice">To stop the key for now, \
            <a href="\(layout.paths.action("disable", on: key.id))">disable it</a>. That can be undone.</p>
            """ : nil
        return """
            \(reasonField.select(ReasonText.choices))\(noteField.input(more: " maxlength=\"500\""))
            \(boxes)
            <p class="final"><b>Revocation cannot be undone for this key.</b> The next verification is refused.</p>
            <p class="buttons"><button class="danger">Revoke key</button> \
            <a href="\(layout.paths.key(key.id))">Keep the key</a></p>\(disable)
            """
    }

    private var boxes: HTML {
        let sentence: HTML = "The key is in use. Revoke it anyway."
        return ConfirmationBoxes(
            boxes: isInUse ? [("recentlyUsed", sentence)] : [], ticked: ticked, missing: refusal?.data.checks ?? []
        ).html
    }

    private var message: HTML? {
        guard let refusal, refusal.data.param != "note" else { return nil }
        if refusal.code == .confirmationRequired {
            return Parts.message(.bad, "<p>The key was not revoked. Confirm the marked points below.</p>")
        }
        return FailureText(refusal, settings: layout.settings).message(heading: "The key was not revoked")
    }
}
