internal import HTTPTypes
internal import Hummingbird
internal import KeywardDisplay

/// The page for a request that is not served.
struct RefusalPage: Sendable {
    let layout: Layout
    let reason: RequestRefusal

    var status: HTTPResponse.Status {
        switch reason {
        case .otherHost: .misdirectedRequest
        case .notProxy, .otherOrigin, .badToken, .readOnly: .forbidden
        case .otherMethod: .methodNotAllowed
        case .noSession: .unauthorized
        case .badForm: .badRequest
        case .noPage: .notFound
        }
    }

    var html: HTML {
        let (heading, text) = words
        let isOpen = [.badForm, .readOnly, .noPage, .badToken].contains(reason)
        let link: HTML? = isOpen ? "<p><a href=\"\(layout.paths.base)\">API keys</a></p>" : nil
        return layout.page(
            heading, isOpen: isOpen,
            "<div class=\"narrow\"><h1>\(heading)</h1>\(text)\(link)</div>")
    }

    private var otherHostText: HTML {
        guard layout.settings.entrance.isProxy else {
            return
                "<p>The screen answers under one host name only. Open the link that <code>keyward web</code> printed.</p>"
        }
        return """
            <p>The screen answers as <b>\(layout.settings.origin.authority)</b> only.</p>
            <p>The name is the setting <code>KEYWARD_WEB_ORIGIN</code> in <code>/etc/keyward/web/site.conf</code>.</p>
            """
    }

    private var words: (String, HTML) {
        switch reason {
        case .notProxy:
            ("Refused", "<p>This screen answers only to the web server that it belongs to.</p>")
        case .otherHost: ("This address is not served", otherHostText)
        case .otherOrigin:
            ("Refused", "<p>The request did not come from a page of this screen. Nothing was changed.</p>")
        case .otherMethod: ("Refused", "<p>Pages are read with GET and changed with POST.</p>")
        case .noSession:
            (
                "Open the screen from a terminal",
                """
                <p>This browser is not signed in, or the screen was started again.</p>
                <p>In the terminal where <code>keyward web</code> runs, press Enter for a new link.</p>
                """
            )
        case .badToken:
            (
                "The form is out of date",
                "<p>Nothing was changed. Open the page again, then repeat the step.</p>"
            )
        case .badForm: ("Refused", "<p>The form could not be read. Nothing was changed.</p>")
        case .readOnly:
            (
                "The screen is read only",
                "<p>Nothing was changed. Run <code>keyward web</code> without <code>--read-only</code> for changes.</p>"
            )
        case .noPage: ("There is no such page", "<p>The address may be mistyped.</p>")
        }
    }
}

/// The page that a link opens: a button spends the link, so that a prefetch does not.
struct OpenPage: Sendable {
    let layout: Layout
    /// The token of the link; `nil` if it cannot be used any more.
    let token: String?

    var html: HTML {
        guard let token else {
            return layout.page(
                "This link has ended", isOpen: false,
                """
                <div class="narrow"><h1>This link has ended</h1>
                <p>A link works once, within 60 seconds.</p>
                <p>In the terminal where <code>keyward web</code> runs, press Enter for a new link.</p></div>
                """)
        }
        return layout.page(
            "Open API access", isOpen: false,
            """
            <div class="narrow"><h1>Open API access</h1>
            <p>You act as <b><bdi>\(layout.settings.account.shown)</bdi></b> on this host.</p>
            <form method="post" action="\(layout.paths.open)">
            <input type="hidden" name="token" value="\(token)">
            <p class="buttons"><button class="primary" autofocus>Open</button></p>
            </form></div>
            """)
    }
}
