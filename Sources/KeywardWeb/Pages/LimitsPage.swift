internal import KeywardClient
internal import KeywardDisplay

/// The form that changes what a key may spend, and for which clients it verifies.
struct LimitsPage: Sendable {
    let layout: Layout
    let key: Key
    let token: String
    var fields: SpendingFields
    /// The refusal of the last attempt.
    var refusal: RPCError?

    var html: HTML {
        let back = layout.paths.key(key.id)
        let inputs = SpendingInputs(
            fields: fields, refusal: refusal, left: key.budget == nil ? key.credits?.remaining : nil)
        let form = ChangeForm(action: layout.paths.action("limits", on: key.id), token: token)
        return layout.page(
            "Limits of \(key.name)",
            """
            <p class="back"><a href="\(back)">\(key.name)</a></p>
            <div class="narrow">
            <h1>Limits of \(key.name)</h1>
            <p>An empty field means none, except for the credits. What was spent of a limit stays while its name stays. Both \
            keys of an open rotation get the same.</p>
            \(message)
            \(form.html(inputs.html + buttons(back)))
            </div>
            """)
    }

    private func buttons(_ back: String) -> HTML {
        """
        \(removal)<p class="buttons"><button class="primary">Save limits</button> <a href="\(back)">Back to the key</a></p>
        """
    }

    /// An empty field keeps the credits, so another one removes them.
    private var removal: HTML? {
        guard key.budget == nil, key.credits != nil else { return nil }
        return """
            <div class="field box"><label><input type="checkbox" name="removeCredits" value="yes"> \
            <span>Remove the credits: the key may spend without a balance.</span></label></div>
            """
    }

    private var message: HTML? {
        guard let refusal else { return nil }
        guard SpendingFields.field(of: refusal) == nil else {
            return Parts.message(.bad, "<p>Nothing was changed. See the marked field below.</p>")
        }
        return FailureText(refusal, settings: layout.settings).message(heading: "Nothing was changed")
    }
}
