internal import HTTPTypes
internal import Hummingbird

extension Screen {
    /// The routes that begin a session.
    func addOpeningRoutes(to router: ScreenRouter) {
        let path = RouterPath(layout.paths.open)
        router.get(path) { request, _ in
            let token = try query(request)["token"] ?? ""
            guard links.accepts(token, at: .now) else { return endedLink }
            return Response(.ok, OpenPage(layout: layout, token: token).html)
        }
        router.post(path) { request, _ in
            guard let token = try await form(request)["token"], links.spend(token, at: .now) else { return endedLink }
            var response = Response(goTo: layout.paths.base)
            response.headers[.setCookie] = SessionCookie.field(sessions.begin())
            return response
        }
    }

    private var endedLink: Response {
        Response(.forbidden, OpenPage(layout: layout, token: nil).html)
    }
}
