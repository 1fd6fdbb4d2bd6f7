internal import KeywardClient
internal import KeywardDisplay
internal import KeywardProtocol

/// What the page of a key shows.
struct KeyDetails: Sendable {
    var key: Key
    /// Both keys of its rotation, if it has one and they still exist.
    var rotation: RotationEnds?
    var usage: GetUsage.Result
    var trail: [AuditEntry]
}

/// Everything about one key.
struct KeyPage: Sendable {
    let layout: Layout
    let details: KeyDetails
    /// What was just done, and shows in the key.
    let done: String?
    let now: Timestamp

    private var key: Key { details.key }

    var html: HTML {
        layout.page(
            key.name, isLive: details.rotation?.isOpen == true,
            """
            <p class="back"><a href="\(layout.paths.table(TableQuery(workspace: key.workspace)))">API keys</a></p>
            <div class="heading"><div><h1>\(key.name)</h1>
            <p class="under"><code>\(key.prefix)</code> \(Parts.status(key.status))</p></div>
            <div class="buttons">\(actions)</div></div>
            \(doneMessage)
            \(rotationPanel)
            <section class="card"><h2>Usage</h2>
            \(UsageChart(details.usage.buckets, now: now).html)
            \(accounts)\(refusals)
            </section>
            \(AllowanceCard(key: key, now: now).html)
            <section class="card"><h2>Details</h2>\(facts)</section>
            <section class="card"><h2>History</h2>
            \(TrailTable(entries: details.trail, now: now).html)
            <p><a href="\(layout.paths.trail(of: key.id))">The whole history</a></p>
            </section>
            """)
    }

    private var rotationPanel: HTML? {
        details.rotation.map { RotationPanel(layout: layout, key: key, ends: $0, now: now).html }
    }

    private var actions: HTML {
        guard !layout.settings.isReadOnly else { return .empty }
        // An admin can at least revoke.
        guard !key.actions.isEmpty || key.status == .revoked else {
            return "<span class=\"faint\">You can view this key, not change it.</span>"
        }
        let shown: [(Key.Action, String, HTML)] = [
            (.rotate, "Rotate", "button"), (.update, "Limits", "button"), (.enable, "Enable", "button"),
            (.disable, "Disable", "button"), (.revoke, "Revoke", "button danger"),
        ]
        return shown.filter { key.actions.contains($0.0) && !(isCanary && $0.0 == .update) }.map {
            action, label, style -> HTML in
            let page = action == .update ? "limits" : action.rawValue
            return "<a class=\"\(style)\" href=\"\(layout.paths.action(page, on: key.id))\">\(label)</a>"
        }.joined(separator: " ")
    }

    private var isCanary: Bool { key.status == .canary }

    /// Says what was done only if the key shows it: an address alone proves nothing.
    private var doneMessage: HTML? {
        switch done {
        case "revoke" where key.status == .revoked:
            Parts.message(.good, "<p>Revoked \(key.shown). The next verification is refused.</p>")
        case "disable" where key.status == .disabled:
            Parts.message(.good, "<p>Disabled \(key.shown). Enable it to let it verify again.</p>")
        case "enable" where key.status != .disabled && !key.status.isEnded:
            Parts.message(.good, "<p>Enabled \(key.shown).</p>")
        case "limits": Parts.message(.good, "<p>These are the limits of \(key.shown) now.</p>")
        case "confirm" where details.rotation?.old?.status == .superseded:
            Parts.message(.good, "<p>Rotation complete. The old key no longer works.</p>")
        case "cancel" where !key.status.isEnded && key.status != .retiring:
            Parts.message(
                .good, "<p>Rotation cancelled. This key stays \(key.status.rawValue). The new key is revoked.</p>")
        default: nil
        }
    }

    private var facts: HTML {
        Parts.facts([
            ("Name", "\(key.name)"), ("Prefix", "<code>\(key.prefix)</code>"),
            ("Workspace", Parts.entered(key.workspace)), ("Status", Parts.status(key.status)),
            ("Also", conditions),
            ("Usage count", "\(CountText.grouped(key.usageCount))"),
            ("Last used", lastUsed),
            ("Refused", "\(CountText.grouped(key.refusedCount))"),
            ("Expiry", key.expiresAt.map { Parts.end($0, now: now) } ?? "never"),
            ("Technical owner", key.owner.map(OwnerText.html) ?? "<span class=\"faint\">not recorded</span>"),
            ("Purpose", key.purpose.map(Parts.entered)),
            ("Scopes", key.scopes.isEmpty ? nil : "<code>\(key.scopes.joined(separator: " "))</code>"),
            ("Addresses", key.addresses.map { "<code>\($0.joined(separator: " "))</code>" }),
            ("Metadata", key.metadata == .emptyObject ? nil : "<code>\(key.metadata.text.printable)</code>"),
            ("Created", "\(Parts.exactTime(key.createdAt, now: now)) by \(Parts.entered(key.createdBy.shown))"),
            ("Revoked", key.revoked.map(revocation)),
            ("Id", "<code>\(key.id)</code>"),
        ])
    }

    private var conditions: HTML? {
        let facts = key.facts.filter { $0 != key.status }.map(\.rawValue)
        return facts.isEmpty ? nil : "\(facts.joined(separator: ", "))"
    }

    private var lastUsed: HTML {
        guard let at = key.lastUsedAt else { return "never" }
        let account: HTML? = key.lastUsedBy.map { " by \(Parts.entered($0.shown))" }
        return "\(Parts.exactTime(at, now: now))\(account)"
    }

    private func revocation(_ revoked: Key.Revocation) -> HTML {
        let note: HTML? = revoked.note.map { ": \(Parts.entered($0))" }
        return """
            \(Parts.exactTime(revoked.at, now: now)) by \(Parts.entered(revoked.by.shown)), \
            \(ReasonText.label(revoked.reason))\(note)
            """
    }

    private var accounts: HTML? {
        guard !details.usage.byPeer.isEmpty else { return nil }
        let rows = details.usage.byPeer.map { peer -> HTML in
            let account = Account(uid: peer.uid, user: peer.user).shown
            return """
                <tr><th scope="row">\(Parts.entered(account))</th><td class="number">\(CountText.grouped(peer.valid))</td>\
                <td>\(Parts.time(peer.lastUsedAt, now: now))</td></tr>
                """
        }
        return """
            <h3>Used by</h3>
            <table class="plain"><caption class="hidden">Accounts of the services that verified the key</caption>
            <thead><tr><th scope="col">Account</th><th scope="col" class="number">Valid</th>\
            <th scope="col">Last used</th></tr></thead><tbody>\(rows.joined())</tbody></table>
            """
    }

    private var refusals: HTML? {
        guard let refusals = details.usage.refusals, !refusals.isEmpty else { return nil }
        let rows = refusals.suffix(10).reversed().map { refusal -> HTML in
            let account = Account(uid: refusal.uid, user: refusal.user).shown
            return """
                <tr><td>\(Parts.time(refusal.lastAt, now: now))</td><td>\(refusal.code.rawValue)</td>\
                <td>\(Parts.entered(account))</td><td class="number">\(CountText.grouped(refusal.count))</td></tr>
                """
        }
        return """
            <h3>Refused</h3>
            <table class="plain"><caption class="hidden">Refused verifications by day, reason and account</caption>
            <thead><tr><th scope="col">Last</th><th scope="col">Reason</th><th scope="col">Account</th>\
            <th scope="col" class="number">Refused</th></tr></thead><tbody>\(rows.joined())</tbody></table>
            """
    }
}
