internal import KeywardClient

/// What a workspace lacks whose plan does not include API access.
struct UpgradeNotice: Sendable {
    let access: Access

    /// The daemon's notice with the plan and where to upgrade; `nil` if nothing is lacking.
    func message(_ more: HTML = .empty) -> HTML? {
        guard let notice = access.notice else { return nil }
        // The daemon ends the notice with the address of the plan's page, if the configuration has one.
        let words = notice.split(separator: " ").map(String.init)
        let address = words.last.flatMap { $0.hasPrefix("https://") ? $0 : nil }
        let text = address == nil ? notice : words.dropLast().joined(separator: " ").endingInStop
        let link: HTML? = address.map { " <a href=\"\($0)\" rel=\"noreferrer\">See the plans</a>" }
        return Parts.message(
            .notice, heading: "Upgrade required",
            "<p>\(text) The plan of this workspace is <b>\(access.plan)</b>.\(link)</p>\(more)")
    }
}

/// The page in place of the form for a new key, in a workspace whose plan does not include API access.
struct UpgradePage: Sendable {
    let layout: Layout
    let workspace: String
    let access: Access

    var html: HTML {
        layout.page(
            "Upgrade required",
            """
            <p class="back"><a href="\(layout.paths.table(TableQuery(workspace: workspace)))">API keys</a></p>
            <div class="narrow">
            <h1>Create a new API key</h1>
            \(UpgradeNotice(access: access).message())
            </div>
            """)
    }
}

extension String {
    /// With a full stop in place of a colon at its end.
    fileprivate var endingInStop: String {
        (last == ":" ? String(dropLast()) : self) + "."
    }
}
