internal import KeywardDisplay

/// The frame of every page.
struct Layout: Sendable {
    let settings: ScreenSettings
    let assets: Assets

    var paths: ScreenPaths { ScreenPaths(base: settings.basePath) }

    /// - Parameters:
    ///   - title: The page's heading.
    ///   - aside: What stands beside the product's name: the choice of workspaces.
    ///   - isOpen: Whether the session is open, so that links lead somewhere.
    ///   - isLive: Whether the page has a part that stays current.
    ///   - retriesAfter: The seconds after which the browser loads the page again.
    func page(
        _ title: String, aside: HTML = .empty, isOpen: Bool = true, isLive: Bool = false,
        retriesAfter: Int? = nil, _ body: HTML
    ) -> HTML {
        let live: HTML? = isLive ? "<script>\(assets.live.html)</script>" : nil
        let retry: HTML? = retriesAfter.map { "<meta http-equiv=\"refresh\" content=\"\($0)\">" }
        let mode: HTML = settings.isReadOnly ? "<span class=\"tag\">read only</span>" : .empty
        let brand: HTML =
            isOpen
            ? "<a class=\"brand\" href=\"\(paths.base)\">Keyward <span>API access</span></a>"
            : "<span class=\"brand\">Keyward <span>API access</span></span>"
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">\(retry)
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(title) · API access</title>
            <style>\(assets.style.html)</style>
            </head>
            <body>
            <a class="skip" href="#main">Skip to content</a>
            <header class="top"><div class="wide">
            \(brand)\(aside)
            <span class="who">\(mode)<span class="label">Signed in as</span> <b><bdi>\(settings.person ?? settings.account.shown)</bdi></b></span>
            </div></header>
            <main id="main" class="wide" tabindex="-1">
            \(body)
            </main>
            <p id="live" class="hidden" role="status"></p>
            <script>\(assets.script.html)</script>\(live)
            </body>
            </html>

            """
    }
}
