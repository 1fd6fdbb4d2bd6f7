internal import KeywardClient
internal import KeywardDisplay

/// Entries of the audit trail.
struct TrailTable: Sendable {
    let entries: [AuditEntry]
    let now: Timestamp

    var html: HTML {
        let rows = entries.map { entry -> HTML in
            let details = AuditDetailsText(entry.details, now: now)
            return """
                <tr><td>\(Parts.time(entry.at, now: now))</td><td>\(Parts.entered(entry.actor.shown))</td>\
                <td><b>\(entry.action)</b></td><td>\(Parts.entered(details.words))</td></tr>
                """
        }
        return """
            <table class="plain stack"><caption class="hidden">History</caption>
            <thead><tr><th scope="col">When</th><th scope="col">Who</th><th scope="col">What</th>\
            <th scope="col">Details</th></tr></thead>
            <tbody>\(rows.joined())</tbody></table>
            """
    }
}

/// The whole history of a key, a page at a time.
struct TrailPage: Sendable {
    let layout: Layout
    let key: Key
    let entries: [AuditEntry]
    /// Whether older entries exist.
    let hasMore: Bool
    let now: Timestamp

    static let pageSize = 50

    var html: HTML {
        let older: HTML? = hasMore ? entries.last.map { link(before: $0.seq) } : nil
        return layout.page(
            "History of \(key.name)",
            """
            <p class="back"><a href="\(layout.paths.key(key.id))">\(key.name)</a></p>
            <h1>History of \(key.name)</h1>
            <section class="card">\(TrailTable(entries: entries, now: now).html)</section>
            \(older)
            """)
    }

    private func link(before seq: Int) -> HTML {
        """
        <nav class="pages" aria-label="Pages">\
        <a rel="next" href="\(layout.paths.trail(of: key.id, before: seq))">Older entries</a></nav>
        """
    }
}
