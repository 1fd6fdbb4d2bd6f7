package import Hummingbird
package import Logging

/// What the handlers know about a request beyond its own content.
package struct ScreenContext: RequestContext {
    /// Where a request comes from: nothing of it matters to the pages.
    package struct Source: RequestContextSource {
        /// Requests are not logged: an address may hold the token of a link.
        package var logger: Logger { Logger(label: "keyward-web") { _ in SwiftLogNoOpLogHandler() } }

        package init() {}
    }

    package var coreContext: CoreRequestContextStorage
    /// The session's cookie; empty before the link was opened.
    var cookie = ""

    package init(source: Source) {
        coreContext = CoreRequestContextStorage(source: source)
    }
}
