internal import KeywardClient
internal import KeywardDisplay

/// The answer that made a key: the only page with its secret.
struct SecretPage: Sendable {
    let layout: Layout
    let key: Key
    let secret: Secret
    let warnings: [Warning]
    /// The key that this one replaces.
    var retiring: Key?
    let now: Timestamp

    var html: HTML {
        let title = retiring == nil ? "Your new API key" : "The replacement key"
        return layout.page(
            title,
            """
            <p class="back"><a href="\(layout.paths.table(TableQuery(workspace: key.workspace)))">API keys</a></p>
            <div class="narrow">
            <h1>\(title)</h1>
            <div class="card secret">
            <label for="secret">\(key.name)</label>
            <div class="copy">
            <textarea id="secret" rows="1" readonly autocomplete="off" spellcheck="false" \
            aria-describedby="once">\(secret.reveal())</textarea>
            <button type="button" class="primary" data-copy="secret" hidden>Copy</button>
            </div>
            <p id="copied" role="status"></p>
            <p id="once"><b>It is shown only now.</b> Copy it and store it in your approved secure location. Treat it as \
            sensitive information, and share it only with the technical owner who needs it.</p>
            </div>
            \(warningText)
            \(steps)
            <p class="buttons"><a class="button" href="\(layout.paths.key(key.id))">I have stored the key</a></p>
            </div>
            """)
    }

    private var warningText: HTML {
        warnings.map { Parts.message(.notice, "<p>\($0.message.printable)</p>") }.joined()
    }

    private var steps: HTML {
        guard let retiring else {
            return Parts.facts([
                ("Prefix", "<code>\(key.prefix)</code>"),
                ("Expiry", key.expiresAt.map { Parts.end($0, now: now) } ?? "never"),
                ("Owner", key.owner.map(OwnerText.html)),
            ])
        }
        return """
            <h2>Next steps</h2>
            <ol class="steps">
            <li class="done">The key was rotated. \(oldKeyText(retiring))</li>
            <li class="now">Copy and deliver the new key through your approved secure process.</li>
            <li>Ask the technical owner\(OwnerText.inSentence(key.owner)) to confirm that the update is complete.</li>
            <li>Confirm the rotation. The old key then stops.</li>
            </ol>
            """
    }

    private func oldKeyText(_ old: Key) -> HTML {
        guard old.status == .retiring else {
            return "The old key <code>\(old.prefix)</code> is \(old.status.rawValue)."
        }
        let end: HTML =
            old.rotation?.graceEndsAt.map { "until \(Parts.exactTime($0, now: now))" }
            ?? "for a while after the first use of the new key"
        return "The old key <code>\(old.prefix)</code> keeps working \(end)."
    }
}

/// How an owner is shown. A contact is text, never a link: anybody could have entered it.
enum OwnerText {
    static func html(_ owner: Owner) -> HTML {
        [owner.name, owner.contact, owner.principal].compactMap { $0.map(Parts.entered) }.joined(separator: " · ")
    }

    /// `, Platform team (#platform),` or nothing.
    static func inSentence(_ owner: Owner?) -> HTML {
        guard let owner, let name = owner.name ?? owner.contact ?? owner.principal else { return .empty }
        let contact: HTML? = owner.name == nil ? nil : owner.contact.map { " (\(Parts.entered($0)))" }
        return ", \(Parts.entered(name))\(contact),"
    }
}
