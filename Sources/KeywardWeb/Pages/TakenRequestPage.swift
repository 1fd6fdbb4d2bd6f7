internal import KeywardClient
internal import KeywardDisplay

/// The answer to a form that was sent twice: the key exists, and its secret was in the first answer.
struct TakenRequestPage: Sendable {
    let layout: Layout
    let key: Key
    let now: Timestamp

    var html: HTML {
        layout.page(
            "This form was already sent",
            """
            <p class="back"><a href="\(layout.paths.table(TableQuery(workspace: key.workspace)))">API keys</a></p>
            <div class="narrow">
            <h1>This form was already sent</h1>
            <p>No second key was created. The first answer created \
            <a href="\(layout.paths.key(key.id))">\(key.name) <code>\(key.prefix)</code></a> \
            \(Parts.time(key.createdAt, now: now)).</p>
            <p>Its secret was shown in that answer only. It cannot be shown again.</p>
            <h2>If you do not have the secret</h2>
            <p>Nobody can use the key without it. Revoke it, then create another one.</p>
            <p class="buttons"><a class="button danger" href="\(layout.paths.action("revoke", on: key.id))">Revoke it</a> \
            <a class="button" href="\(layout.paths.key(key.id))">Show the key</a></p>
            </div>
            """)
    }
}
