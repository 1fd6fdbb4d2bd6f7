internal import KeywardClient
internal import KeywardDisplay

/// A change of a key that needs no values: its words.
enum SimpleChange: String, CaseIterable, Sendable {
    case confirm, cancel, disable, enable

    var action: Key.Action { Key.Action(rawValue: rawValue) }

    var heading: String {
        switch self {
        case .confirm: "Confirm the rotation"
        case .cancel: "Cancel the rotation"
        case .disable: "Disable"
        case .enable: "Enable"
        }
    }

    var button: String {
        switch self {
        case .confirm: "Stop the old key now"
        case .cancel: "Cancel the rotation"
        case .disable: "Disable key"
        case .enable: "Enable key"
        }
    }

    var failure: String {
        switch self {
        case .confirm: "The rotation was not confirmed"
        case .cancel: "The rotation was not cancelled"
        case .disable: "The key was not disabled"
        case .enable: "The key was not enabled"
        }
    }
}

/// The form of a simple change.
struct ChangePage: Sendable {
    let layout: Layout
    let change: SimpleChange
    let key: Key
    let rotation: RotationEnds?
    let token: String
    var ticked: Set<String> = []
    var refusal: RPCError?
    let now: Timestamp

    var html: HTML {
        let form = ChangeForm(action: layout.paths.action(change.rawValue, on: key.id), token: token)
        return layout.page(
            "\(change.heading): \(key.name)",
            """
            <p class="back"><a href="\(layout.paths.key(key.id))">\(key.name)</a></p>
            <div class="narrow">
            <h1>\(change.heading): \(key.name)</h1>
            \(message)
            \(text)
            \(form.html(inputs))
            </div>
            """)
    }

    private var inputs: HTML {
        let style: HTML = change == .confirm || change == .disable ? "danger" : "primary"
        return """
            \(ConfirmationBoxes(boxes: boxes, ticked: ticked, missing: refusal?.data.checks ?? []).html)
            <p class="buttons"><button class="\(style)">\(change.button)</button> \
            <a href="\(layout.paths.key(key.id))">Back to the key</a></p>
            """
    }

    /// The person knows from the page that the new key was never used, and agrees before the daemon asks.
    private var boxes: [(check: String, sentence: HTML)] {
        guard change == .confirm, rotation?.isOpen == true, rotation?.rotation.firstUsedAt == nil else { return [] }
        return [("replacementUnused", "The new key has never been used. Stop the old key anyway.")]
    }

    private var text: HTML {
        switch change {
        case .confirm: confirmText
        case .cancel:
            """
            <p>The old key \(prefix(rotation?.old)) stays as it was. The new key \(prefix(rotation?.new)) is revoked.</p>
            <p>This works until the new key is used for the first time.</p>
            """
        case .disable:
            "<p>The next verification is refused, until somebody enables the key. The expiry date does not change.</p>"
        case .enable: "<p>The key verifies again at once.</p>"
        }
    }

    private var confirmText: HTML {
        let use: HTML =
            rotation?.rotation.firstUsedAt.map { "It was first used \(Parts.exactTime($0, now: now))." }
            ?? "It has never been used."
        return """
            <p>The new key is \(prefix(rotation?.new)). \(use)</p>
            <p>The old key \(prefix(rotation?.old)) stops at once. Ask the technical \
            owner\(OwnerText.inSentence(key.owner)) first whether the update is complete.</p>
            """
    }

    private func prefix(_ key: Key?) -> HTML? {
        key.map { "<code>\($0.prefix)</code>" }
    }

    private var message: HTML? {
        guard let refusal else { return nil }
        if refusal.code == .confirmationRequired {
            return Parts.message(.bad, "<p>\(change.failure). Confirm the marked points below.</p>")
        }
        return FailureText(refusal, settings: layout.settings).message(heading: change.failure)
    }
}
