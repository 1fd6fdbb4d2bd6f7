/// The page for an account without a role.
struct NoWorkspacePage: Sendable {
    let layout: Layout

    var html: HTML {
        layout.page(
            "No workspace",
            """
            <div class="narrow">
            <h1>No workspace</h1>
            <p><b><bdi>\(layout.settings.account)</bdi></b> is not a member of any workspace, so there are no keys to show.</p>
            <p>An operator can grant a role:</p>
            \(Parts.command(["member", "grant", "user:\(layout.settings.account)", "viewer"], socket: layout.settings.socket))
            </div>
            """)
    }
}
