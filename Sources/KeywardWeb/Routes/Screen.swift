package import Hummingbird
package import KeywardClient

/// The screen: its pages, and what guards them.
package struct Screen: Sendable {
    let layout: Layout
    let daemon: KeywardClient
    let sessions: any BrowserSessions
    let sentForms = SentForms()
    let random: RandomTokens
    let now: @Sendable () -> Timestamp
    /// The links that open the screen.
    package let links: LoginLinks
    /// When the screen ends for lack of use.
    package let deadline: IdleDeadline

    /// - Parameters:
    ///   - now: The wall clock.
    package init(
        _ settings: ScreenSettings, daemon: KeywardClient, random: RandomTokens, deadline: IdleDeadline,
        now: @escaping @Sendable () -> Timestamp
    ) {
        layout = Layout(settings: settings, assets: Assets())
        self.daemon = daemon
        self.random = random
        self.deadline = deadline
        self.now = now
        sessions =
            switch settings.entrance {
            case .link: Sessions(random)
            case .proxy(_, let key): SignedSessions(key: key, random: random)
            }
        links = LoginLinks(random)
    }

    /// The address of a new link, valid once for a short time.
    package func newLink() -> String {
        layout.settings.origin.text + layout.paths.open(token: links.make(at: .now))
    }

    /// Answers requests.
    package func responder() -> RouterResponder<ScreenContext> {
        let layout = layout
        let router = Router(context: ScreenContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: SecurityHeaders(assets: layout.assets))
        router.add(
            middleware: RequestGuard(
                origin: layout.settings.origin, entrance: layout.settings.entrance, sessions: sessions,
                openingPath: layout.paths.open
            ) {
                Response(layout: layout, $0)
            })
        router.add(middleware: FailurePages(layout: layout))
        router.add(middleware: UseRecorder(deadline: deadline, paths: layout.paths))
        if !layout.settings.entrance.isProxy { addOpeningRoutes(to: router) }
        addTableRoutes(to: router)
        addRowsRoute(to: router)
        addCreateRoutes(to: router)
        addKeyRoutes(to: router)
        addRotateRoutes(to: router)
        addRevokeRoutes(to: router)
        addChangeRoutes(to: router)
        addLimitRoutes(to: router)
        return router.buildResponder()
    }
}

/// Extends the idle deadline with each request of a person that is served.
struct UseRecorder: RouterMiddleware {
    let deadline: IdleDeadline
    let paths: ScreenPaths

    func handle(
        _ request: Request, context: ScreenContext, next: (Request, ScreenContext) async throws -> Response
    ) async throws -> Response {
        // Nobody may be looking at an open page. One that fails loads itself again.
        let isPerson = !paths.isPoll(request.uri.path)
        if isPerson, request.method == .post { deadline.extend(at: .now) }
        let response = try await next(request, context)
        if isPerson { deadline.extend(at: .now) }
        return response
    }
}
