internal import KeywardClient
internal import KeywardDisplay

/// The page for an account without a role.
struct NoWorkspacePage: Sendable {
    let layout: Layout

    var html: HTML {
        layout.page(
            "No workspace",
            """
            <div class="narrow">
            <h1>No workspace</h1>
            <p><b><bdi>\(layout.settings.account.shown)</bdi></b> is not a member of any workspace, so there are no keys to \
            show.</p>
            <p>An operator can grant a role:</p>
            \(Parts.command(["member", "grant", layout.settings.account.principal, "viewer"], socket: layout.settings.socket))
            </div>
            """)
    }
}

/// The page in place of a form, for a caller who can view the keys of a workspace and not change them.
struct ViewerPage: Sendable {
    let layout: Layout
    let workspace: String
    /// Who can grant the role, beside operators.
    let admins: [String]

    var html: HTML {
        let account = layout.settings.account
        let grant = ["member", "grant", account.principal, "admin", "--workspace=\(workspace)"]
        return layout.page(
            "Permission denied",
            """
            <p class="back"><a href="\(layout.paths.table(TableQuery(workspace: workspace)))">API keys</a></p>
            <div class="narrow">
            <h1>Permission denied</h1>
            \(Parts.message(.bad, missing(account)))
            <p>\(whom) The command is:</p>
            \(Parts.command(grant, socket: layout.settings.socket))
            </div>
            """)
    }

    private func missing(_ account: Account) -> HTML {
        """
        <p>\(name(account.shown, of: layout.settings.person)) can view the keys of the workspace \
        <b>\(Parts.entered(workspace))</b>, but not create, change, rotate or revoke them.</p>
        <p>That takes the role admin.</p>
        """
    }

    /// `anna (user:kw-web-1)`, or the account alone.
    private func name(_ account: String, of person: String?) -> HTML {
        guard let person else { return "<b>\(Parts.entered(account))</b>" }
        return "<b>\(Parts.entered(person))</b> (\(Parts.entered(account)))"
    }

    private var whom: HTML {
        guard !admins.isEmpty else { return "The workspace has no admins. An operator can grant it." }
        let names = admins.map { principal -> HTML in
            let login = principal.hasPrefix("user:") ? String(principal.dropFirst(5)) : nil
            return name(principal, of: login.flatMap(layout.settings.personOf))
        }.joined(separator: ", ")
        return "Operators can grant it, and the admins of the workspace: \(names)."
    }
}

extension Account {
    /// The account in the form of a grant.
    var principal: String { user.map { "user:\($0)" } ?? "uid:\(uid)" }
}
